"""The README of a packet, and its verify.py: how to check it offline with public tools. Core."""

from functools import cache
from pathlib import Path
from string import Template

_README = Template("""\
# Evidence of $run_id

This packet is the record of one run of a quantum program, sealed by $issuer.
Everything in it is public by construction: private values are named in `manifest.json` under
`exclusions`, each with a salted commitment, and none of them is here.

| file | what it is |
|---|---|
| `manifest.json` | the facts of the run and the SHA-256 of every file: an in-toto Statement v1 |
| `manifest.sigstore.json` | its signature: DSSE, Ed25519, in a Sigstore bundle v0.3 |
| `request.json` | what was asked, and why this route was chosen |
| `source/` | the program as it was sent, followed by its salt |
| `result/counts.json` | how often each outcome was measured; not there where no shots were taken |
| `result/values.json` | the result values asked for: exact where `shots` is 0, else estimates |
| `result/error.json` | why there is no result |
| `trace/events.jsonl` | what happened and when; every line names the SHA-256 of the one before it |
| `exports/` | the same program, counts and values in other forms |
| `certificate.pdf`, `certificate.sigstore.json` | one page to print, and its signature |
| `verify.py` | a small program that checks all of it; it needs Python and `cryptography` |
| `disclosures.txt` | only where the owner opened private values: one RFC 9901 disclosure a line |

A share may leave files out. They stay in the manifest, so that one can see what is missing. Every
file but `verify.py`, which is the same for all, holds a random salt, so that nothing can be guessed
from the digest of one that is left out.
The salt stands at the end: a member `salt`, a line of comment, or the metadata of a picture.
So the SHA-256 of a file in `source/` is not the one of the program alone, by which the first line
of the trace (`sourceSha256`) and the pages of the issuer know it.

Bit strings are written with the first measured qubit leftmost, and in `result/values.json` with the
first target leftmost. In the counts of an analog program each bit is the atom of a filled site: 0
for its ground state, 1 for its Rydberg state.

The numbers of `result/values.json` and `exports/values.csv` are the shortest digits from which the
same double is read back (RFC 8785), so nothing is rounded. An amplitude is its real and its
imaginary part; `standardError` is one standard error of the shots, and nothing else.

The evidence id is the SHA-256 of `manifest.json`: `sha256sum manifest.json` prints it, the
certificate shows it, and $issuer/verify/ knows it.

## Check it yourself

With Python 3.9 or later and its package `cryptography`, in the folder of this packet:

```console
$$ python3 -I verify.py . --kid "the id of the key, which you know from elsewhere"
```

Whoever forges a packet can forge that program too. It is short enough to be read, and is to be had
at $issuer/verify/verify.py. Or trust no program of ours: you need `openssl` 3, `jq` and the usual
commands of Linux, or of macOS with coreutils.

First the public key. Compare its id with the one in the documentation of the issuer: whoever made a
false packet could also have made a false key.

```sh
export LC_ALL=C work=$$(mktemp -d)
kid=$$(jq -r .verificationMaterial.publicKey.hint manifest.sigstore.json)
curl -sSf -o "$$work/key.pem" "$issuer/.well-known/evidence-keys/$$kid.pem"
openssl pkey -pubin -in "$$work/key.pem" -outform DER | sha256sum
```

Then the signature, and that it signs this very manifest.

```sh
signed() {  # checks the signature in the bundle $$1, and keeps what it signs as $$2
  jq -r .dsseEnvelope.payload "$$1" | base64 -d > "$$work/$$2"
  jq -r '.dsseEnvelope.signatures[0].sig' "$$1" | base64 -d > "$$work/signature"
  printf 'DSSEv1 28 application/vnd.in-toto+json %d ' "$$(wc -c < "$$work/$$2")" > "$$work/pae"
  cat "$$work/$$2" >> "$$work/pae"
  openssl pkeyutl -verify -pubin -inkey "$$work/key.pem" -rawin -in "$$work/pae" \\
    -sigfile "$$work/signature"
}
signed manifest.sigstore.json manifest
cmp "$$work/manifest" manifest.json && echo "manifest: OK"
```

The files that the manifest names, those of them that are left out, and any that nobody signed.

```sh
digests='.subject[] | "\\(.digest.sha256)  \\(.name)"'
jq -r "$$digests" manifest.json | sha256sum --check --ignore-missing
jq -r '.subject[].name' manifest.json | sort > "$$work/named"
find . ! -type d | cut -c 3- | sort > "$$work/here"
comm -13 "$$work/here" "$$work/named" | sed 's/$$/: withheld/'
comm -23 "$$work/here" "$$work/named" | sed 's/$$/: FAILED, nobody signed it/' |
  grep -Ev '^(manifest(.sigstore)?.json|certificate.(pdf|sigstore.json)|disclosures.txt): ' || true
```

The chain of the trace, where it is in the packet.

```sh
if [ -f trace/events.jsonl ]; then
  whole=yes
  prev=0000000000000000000000000000000000000000000000000000000000000000
  while IFS= read -r line; do
    [ "$$(printf '%s' "$$line" | jq -r .prev)" = "$$prev" ] || whole=no
    prev=$$(printf '%s' "$$line" | sha256sum | cut -d ' ' -f 1)
  done < trace/events.jsonl
  [ "$$prev" = "$$(jq -r .predicate.trace.head manifest.json)" ] || whole=no
  [ $$whole = yes ] && echo "trace: OK" || echo "trace: FAILED"
else
  echo "trace: withheld"
fi
```

The certificate, where it is in the packet.

```sh
if [ -f certificate.sigstore.json ]; then
  signed certificate.sigstore.json certificate
  jq -r "$$digests" "$$work/certificate" | sha256sum --check
  jq -r '.predicate.manifest.sha256 + "  manifest.json"' "$$work/certificate" | sha256sum --check
elif [ -f certificate.pdf ]; then
  echo "certificate: FAILED, its signature is missing"
else
  echo "certificate: withheld"
fi
```

The private values that were opened: the manifest has the digest of each beside its field.

```sh
if [ -f disclosures.txt ]; then
  while IFS= read -r text; do
    digest=$$(printf '%s' "$$text" | openssl dgst -sha256 -binary | base64 | tr -d = | tr '/+' '_-')
    field=$$(printf '%s' "$$text" | tr '_-' '/+' | jq -Rr '@base64d | fromjson | .[1]')
    jq -r --arg field "$$field" --arg digest "$$digest" '.predicate.exclusions |
      any(.field == $$field and .commitment == $$digest) |
      $$field + if . then ": OK" else ": FAILED, not the value committed to" end' manifest.json
  done < disclosures.txt
fi
```

## What this does not show

That the device was accurate, that the circuit is the right one for its purpose, or that the times
are true beyond the word of the issuer. It shows that the issuer recorded this, and that nothing was
changed since.

<!-- salt: $salt -->
""")


def readme(*, issuer: str, run_id: str, salt: str) -> bytes:
    """Return the README of the packet of a run, as Markdown."""
    return _README.substitute(issuer=issuer, run_id=run_id, salt=salt).encode()


@cache
def verifier() -> bytes:
    """Return the program that a packet is checked with. It is the same in every packet.

    It is public, so its digest gives nothing away, and it needs no salt.
    """
    return (Path(__file__).parent / "packet" / "verify.py").read_bytes()
