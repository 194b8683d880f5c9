import gc

from django.apps import AppConfig


class MarketConfig(AppConfig):
    name = "market"
    verbose_name = "Market"

    def ready(self) -> None:
        """Spare the garbage collector what is loaded by now and never thrown away.

        It would look at all of it again and again while a cycle of thousands of lines is closed: a third of that time.
        """
        gc.freeze()
