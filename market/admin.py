"""The operator's pages: people, organisations and their roles. Money is looked at elsewhere, and moves by services."""

from django.contrib import admin

from market.catalogue.models import Category
from market.people.models import Enrolment, Household, Membership, Organisation, User


class MembershipInline(admin.TabularInline):
    model = Membership
    extra = 0
    autocomplete_fields = ["user"]


@admin.register(User)
class UserAdmin(admin.ModelAdmin):
    list_display = ["email", "name", "language", "is_active", "is_staff"]
    search_fields = ["email", "name"]
    fields = ["email", "name", "language", "is_active", "is_staff", "is_superuser", "groups"]
    readonly_fields = ["email"]

    def has_add_permission(self, request: object) -> bool:
        return False  # people sign up themselves, and choose their own password


@admin.register(Organisation)
class OrganisationAdmin(admin.ModelAdmin):
    list_display = ["name", "kind", "place", "email"]
    list_filter = ["kind"]
    search_fields = ["name"]
    inlines = [MembershipInline]

    def has_add_permission(self, request: object) -> bool:
        return False  # an organisation is created with its account, by `create_organisation`

    def has_delete_permission(self, request: object, obj: object = None) -> bool:
        return False


class EnrolmentInline(admin.TabularInline):
    model = Enrolment
    extra = 0


@admin.register(Household)
class HouseholdAdmin(admin.ModelAdmin):
    list_display = ["name", "created_at"]
    search_fields = ["name"]
    autocomplete_fields = ["people"]
    inlines = [EnrolmentInline]

    def has_add_permission(self, request: object) -> bool:
        return False  # a household is created with its account, by `create_household`

    def has_delete_permission(self, request: object, obj: object = None) -> bool:
        return False


admin.site.register(Category)
