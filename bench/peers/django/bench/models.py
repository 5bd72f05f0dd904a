import os

from django.db import models

PERSONS = ["on_duty", "off_duty", "leave", "training", "resigned", "pending"]
COMPANIES = ["registered", "active", "suspended", "revoked", "closed", "pending"]


def choices(codes):
    return [(code, code.replace("_", " ").title()) for code in codes]


class Org(models.Model):
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT)
    name = models.CharField(max_length=80)
    code = models.CharField(max_length=32)
    level = models.SmallIntegerField()

    class Meta:
        db_table = "org"
        managed = False

    def __str__(self):
        return self.name


class Region(models.Model):
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT)
    name = models.CharField(max_length=80)
    code = models.CharField(max_length=32)
    level = models.SmallIntegerField()

    class Meta:
        db_table = "region"
        managed = False

    def __str__(self):
        return self.name


class Company(models.Model):
    org = models.ForeignKey(Org, on_delete=models.PROTECT)
    region = models.ForeignKey(Region, on_delete=models.PROTECT)
    name = models.CharField(max_length=120)
    uscc = models.CharField(max_length=18)
    status = models.CharField(max_length=16, choices=choices(COMPANIES))
    capital = models.DecimalField(max_digits=14, decimal_places=2)
    founded = models.DateField()
    phone = models.CharField(max_length=20)
    address = models.CharField(max_length=200)
    created_on = models.DateTimeField()

    class Meta:
        db_table = "company"
        managed = False

    def __str__(self):
        return self.name


class Guard(models.Model):
    company = models.ForeignKey(Company, on_delete=models.PROTECT)
    name = models.CharField(max_length=40)
    id_no = models.CharField(max_length=18)
    phone = models.CharField(max_length=20)
    gender = models.CharField(max_length=1, choices=[("M", "M"), ("F", "F")])
    status = models.CharField(max_length=16, choices=choices(PERSONS))
    hired_on = models.DateField()
    certified = models.BooleanField(default=False)
    score = models.DecimalField(max_digits=6, decimal_places=2)
    notes = models.TextField(blank=True, default="")

    class Meta:
        db_table = "guard"
        managed = False

    def __str__(self):
        return self.name


class GuardFast(Guard):
    class Meta:
        proxy = True


def fields():
    return [
        models.CharField(max_length=80, null=True),
        models.IntegerField(null=True),
        models.DateField(null=True),
        models.DecimalField(max_digits=10, decimal_places=2, null=True),
        models.BooleanField(null=True),
        models.CharField(max_length=16, null=True),
        models.DateTimeField(null=True),
        models.TextField(null=True),
        models.CharField(max_length=40, null=True),
        models.IntegerField(null=True),
        models.DateField(null=True),
        models.CharField(max_length=20, null=True),
    ]


MORE = []
for number in range(int(os.environ.get("BENCH_ENTS", "0"))):
    attributes = {"__module__": __name__, "Meta": type("Meta", (), {"db_table": f"dent{number:03d}"})}
    attributes |= {f"f{index:02d}": field for index, field in enumerate(fields())}
    MORE.append(type(f"Ent{number:03d}", (models.Model,), attributes))
