"""A producer's catalogue: the list, one product by hand, and price lists."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from market.catalogue.forms import ProductForm, UploadForm
from market.catalogue.models import PriceList, Product
from market.catalogue.services import apply_price_list, differences, keep_price_list, parse_price_list
from market.people.access import SignedInRequest, edited_by
from market.people.models import Organisation


def producer_or_404(request: SignedInRequest, slug: str) -> Organisation:
    return get_object_or_404(edited_by(request.user), slug=slug)


@login_required
def products(request: SignedInRequest, slug: str) -> HttpResponse:
    """Everything a producer sells."""
    producer = producer_or_404(request, slug)
    rows = Product.objects.filter(producer=producer).select_related("category")
    lists = PriceList.objects.filter(producer=producer).defer("content").select_related("uploaded_by")[:5]
    return render(request, "market/catalogue/products.html", {"producer": producer, "products": rows, "lists": lists})


@login_required
def product(request: SignedInRequest, slug: str, pk: int | None = None) -> HttpResponse:
    """One product, new or to be changed."""
    producer = producer_or_404(request, slug)
    instance = get_object_or_404(Product, producer=producer, pk=pk) if pk else Product(producer=producer)
    form = ProductForm(request.POST or None, instance=instance)
    if request.method == "POST" and form.is_valid():
        form.instance.updated_at = timezone.now()
        form.save()
        messages.success(request, _("Kept. Cycles that are open keep the old terms."))
        return redirect("market:catalogue:products", producer.slug)
    context = {"producer": producer, "form": form, "product": instance}
    return render(request, "market/catalogue/product.html", context, status=400 if form.is_bound else 200)


@login_required
def upload(request: SignedInRequest, slug: str) -> HttpResponse:
    """Upload a price list; nothing changes before it was looked at."""
    producer = producer_or_404(request, slug)
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            kept = keep_price_list(
                producer=producer,
                file_name=file.name,
                content=file.read(),
                format=form.cleaned_data["format"],
                actor=request.user,
                at=timezone.now(),
            )
        except ValidationError as refusal:
            form.add_error("file", refusal)
        else:
            return redirect("market:catalogue:price_list", producer.slug, kept.pk)
    context = {"producer": producer, "form": form}
    return render(request, "market/catalogue/upload.html", context, status=400 if form.is_bound else 200)


@login_required
def price_list(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    """What a price list would change, or what is wrong with it; apply it."""
    producer = producer_or_404(request, slug)
    kept = get_object_or_404(PriceList, producer=producer, pk=pk)
    if request.method == "POST":
        try:
            changes = apply_price_list(price_list=kept, at=timezone.now())
        except ValidationError as refusal:
            messages.error(request, refusal.messages[0])
            return redirect("market:catalogue:price_list", producer.slug, kept.pk)
        changed = sum(1 for change in changes if change.kind != "same")
        messages.success(request, _("Imported: %(count)s products are new or changed.") % {"count": changed})
        return redirect("market:catalogue:products", producer.slug)
    parsed = parse_price_list(kept)
    context = {
        "producer": producer,
        "kept": kept,
        "parsed": parsed,
        "changes": differences(producer, parsed.rows),
    }
    return render(request, "market/catalogue/price_list.html", context)
