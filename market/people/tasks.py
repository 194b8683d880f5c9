"""What the worker does for people once the step that asked for it is stored."""

from django_tasks import task


@task
def mail_invitation(invitation_id: int) -> None:
    """Mail an invitation to the address it is for."""
    from market.people.emails import invitation_mail
    from market.people.models import Invitation

    invitation = Invitation.objects.select_related("group", "household", "invited_by").get(pk=invitation_id)
    invitation_mail(invitation).send()
