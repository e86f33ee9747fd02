"""Makes an API token for a person and prints it, once."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from accounts import tokens
from accounts.models import Scope, User


class Command(BaseCommand):
    help = "Make an API token for a person and print it, once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", help="address the person signs in with")
        parser.add_argument("--name", required=True, help="what the token is for")
        parser.add_argument(
            "--scope",
            required=True,
            action="append",
            choices=Scope.values,
            dest="scopes",
            help="what the token may do; repeat it for more",
        )
        parser.add_argument(
            "--days",
            type=int,
            default=tokens.DEFAULT_DAYS,
            help=f"how long it lasts, at most {tokens.MAX_DAYS} (default: %(default)s)",
        )

    def handle(self, **options: Any) -> None:
        email = options["email"].lower()
        user = User.objects.filter(email=email, is_active=True).first()
        if user is None:
            raise CommandError(f"No active person signs in as {email}.")
        asked = {name: options[name] for name in ("name", "scopes", "days")}
        try:
            token, text = tokens.issue(user, **asked)
        except ValidationError as error:
            raise CommandError("; ".join(error.messages)) from error
        self.stderr.write(f"Valid until {token.expires_at:%Y-%m-%d}. It is not shown again:")
        self.stdout.write(text)
