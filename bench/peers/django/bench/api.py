from rest_framework import routers, serializers, viewsets

from .models import MORE, Company, Guard

LIST = ["id", "name", "id_no", "phone", "status", "hired_on", "score", "company_name", "company_org"]


class GuardRow(serializers.ModelSerializer):
    company_name = serializers.CharField(source="company.name", read_only=True)
    company_org = serializers.CharField(source="company.org.name", read_only=True)

    class Meta:
        model = Guard
        fields = LIST


class GuardWhole(serializers.ModelSerializer):
    company_name = serializers.CharField(source="company.name", read_only=True)

    class Meta:
        model = Guard
        fields = "__all__"


class GuardViews(viewsets.ModelViewSet):
    queryset = Guard.objects.select_related("company__org").order_by("id")
    filterset_fields = {"status": ["exact"], "hired_on": ["gte", "lte"]}
    search_fields = ["name"]
    ordering_fields = ["id", "hired_on"]

    def get_serializer_class(self):
        return GuardRow if self.action == "list" else GuardWhole


class CompanyWhole(serializers.ModelSerializer):
    class Meta:
        model = Company
        fields = "__all__"


class CompanyViews(viewsets.ModelViewSet):
    queryset = Company.objects.select_related("org").order_by("id")
    serializer_class = CompanyWhole
    search_fields = ["name"]


router = routers.SimpleRouter()
router.register("guard", GuardViews)
router.register("company", CompanyViews)
for model in MORE:
    meta = type("Meta", (), {"model": model, "fields": "__all__"})
    whole = type(f"{model.__name__}Whole", (serializers.ModelSerializer,), {"Meta": meta})
    views = {"queryset": model.objects.order_by("id"), "serializer_class": whole}
    router.register(model.__name__.lower(), type(f"{model.__name__}Views", (viewsets.ModelViewSet,), views))
