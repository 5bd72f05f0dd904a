"""The tables of Django itself, the group with its permissions, the account, the static files."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")

import django

django.setup()

from django.contrib.auth.models import Group, Permission, User
from django.core.management import call_command

call_command("migrate", run_syncdb=True, verbosity=0)
call_command("collectstatic", interactive=False, verbosity=0)
group, _ = Group.objects.get_or_create(name="Staff")
wanted = Permission.objects.filter(content_type__app_label="bench").exclude(codename__startswith="delete_")
group.permissions.set(wanted)
user, _ = User.objects.get_or_create(username="staff", defaults={"is_staff": True})
user.set_password("staffpw")
user.save()
user.groups.set([group])
