import os

from django.contrib import admin
from import_export import fields, resources
from import_export.admin import ExportMixin

from .models import MORE, Company, Guard, GuardFast, Org, Region

PAGE = int(os.environ.get("BENCH_PAGE", "20"))


class GuardRows(resources.ModelResource):
    company_name = fields.Field("company__name", "company")
    company_org = fields.Field("company__org__name", "org")

    class Meta:
        model = Guard
        fields = ("name", "id_no", "phone", "gender", "status", "hired_on", "certified", "score")
        fields += ("company_name", "company_org")

    def get_queryset(self):
        return super().get_queryset().select_related("company__org")


@admin.register(Org, Region)
class OrgAdmin(admin.ModelAdmin):
    list_display = ["name", "code", "level"]
    list_per_page = PAGE
    search_fields = ["name"]


@admin.register(Company)
class CompanyAdmin(admin.ModelAdmin):
    list_display = ["name", "uscc", "status", "org", "capital", "founded"]
    list_select_related = ["org"]
    list_per_page = PAGE
    search_fields = ["name", "uscc"]
    list_filter = ["status"]
    autocomplete_fields = ["org", "region"]


@admin.register(Guard)
class GuardAdmin(ExportMixin, admin.ModelAdmin):
    list_display = ["name", "id_no", "phone", "status", "hired_on", "score", "company_name", "company_org"]
    list_select_related = ["company__org"]
    list_per_page = PAGE
    search_fields = ["name"]
    list_filter = ["status", "hired_on"]
    autocomplete_fields = ["company"]

    @admin.display(ordering="company__name")
    def company_name(self, row):
        return row.company.name

    @admin.display(ordering="company__org__name")
    def company_org(self, row):
        return row.company.org.name

    def get_export_resource_classes(self, request):
        return [GuardRows]


@admin.register(GuardFast)
class GuardFastAdmin(GuardAdmin):
    show_full_result_count = False


for model in MORE:
    shown = {"list_display": [f"f{index:02d}" for index in range(8)], "list_per_page": PAGE}
    shown |= {"search_fields": ["f00"], "list_filter": ["f05", "f04"]}
    admin.site.register(model, type(f"{model.__name__}Admin", (admin.ModelAdmin,), shown))
