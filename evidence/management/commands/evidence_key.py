"""``manage.py evidence_key``: make, list, retire and revoke the keys that seal evidence."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from evidence import keys
from evidence.models import SigningKey


class Command(BaseCommand):
    help = "Makes, lists, retires and revokes the keys that seal evidence."

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        create = verbs.add_parser("create", help="Make a key in EVIDENCE_SIGNING_KEY_FILE.")
        create.add_argument(
            "--if-missing", action="store_true", help="Keep the key of the file where there is one."
        )
        create.add_argument(
            "--development", action="store_true", help="Mark what it signs as made for trying out."
        )
        retire = verbs.add_parser("retire", help="Take a key out of use; what it signed is valid.")
        retire.add_argument("kid")
        revoke = verbs.add_parser("revoke", help="Declare that a key is not to be trusted.")
        revoke.add_argument("kid")
        revoke.add_argument("--reason", required=True, help="Why, for everybody to read.")
        verbs.add_parser("list", help="Print all keys.")

    def handle(self, *_: Any, verb: str, **options: Any) -> None:
        try:
            getattr(self, verb)(**options)
        except keys.KeyConflictError as error:
            raise CommandError(str(error)) from error
        except SigningKey.DoesNotExist as error:
            raise CommandError(f"There is no key {options['kid']}.") from error

    def create(self, *, if_missing: bool, development: bool, **_: Any) -> None:
        make = keys.ensure if if_missing else keys.create
        self._print(make(development=development))

    def retire(self, *, kid: str, **_: Any) -> None:
        self._print(keys.retire(kid))

    def revoke(self, *, kid: str, reason: str, **_: Any) -> None:
        self._print(keys.revoke(kid, reason=reason))

    def list(self, **_: Any) -> None:
        for row in SigningKey.objects.all():
            self._print(row)

    def _print(self, row: SigningKey) -> None:
        kind = " development" if row.is_development else ""
        self.stdout.write(f"{row.kid} {row.status}{kind} since {row.not_before:%Y-%m-%d %H:%M} UTC")
