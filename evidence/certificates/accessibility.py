"""The declaration of PDF/UA-1 inside a PDF/A file, which WeasyPrint writes one at a time.

It belongs into the one ``rdf:RDF`` of the metadata (ISO 14289-1, 5), beside the extension schema by
which PDF/A allows it (ISO 19005-3, 6.6.2.3). WeasyPrint's own hook for metadata appends a second
``rdf:RDF``, which checkers do not read, so its generator is extended here (WeasyPrint is pinned).
"""

from typing import Any

_END = b"</rdf:RDF>"
_DECLARATION = b"""\
<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">\
<pdfuaid:part>1</pdfuaid:part></rdf:Description>\
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"\
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"\
 xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">\
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">\
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>\
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>\
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>\
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">\
<pdfaProperty:name>part</pdfaProperty:name>\
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>\
<pdfaProperty:category>internal</pdfaProperty:category>\
<pdfaProperty:description>The part of ISO 14289 that the file conforms to\
</pdfaProperty:description></rdf:li></rdf:Seq></pdfaSchema:property>\
</rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>\
"""


def declare(metadata: Any) -> Any:
    """Return WeasyPrint's document ``metadata``, which will also declare PDF/UA-1."""
    kind = type(metadata)

    def generate(self: Any, variant: str, version: int, conformance: str) -> bytes:
        head, end, rest = kind.generate_rdf_metadata(
            self, variant, version, conformance
        ).rpartition(_END)
        return bytes(head + _DECLARATION + end + rest)

    accessible = type("AccessibleMetadata", (kind,), {"generate_rdf_metadata": generate})
    return accessible(**vars(metadata))
