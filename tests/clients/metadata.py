"""Makes pictures as a vendor hands them over, and reads what the playground made of them."""

import json
import os
import subprocess
import sys
from pathlib import Path

from PIL import Image, PngImagePlugin

FOLDER = Path(sys.argv[2])
PROMPT = os.environ["PROMPT"]
KINDS = {"plain": "L", "theirs": "RGB", "packed": "RGBA"}
ENDINGS = {"jpg": "JPEG", "png": "PNG", "webp": "WEBP"}
SOURCE = "http://cv.iptc.org/newscodes/digitalsourcetype/"
CREDIT = "Made with Google AI"
THEIRS = f"""<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="XMP Core 5.5.0">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about="" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"
    xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" xmlns:dc="http://purl.org/dc/elements/1.1/"
    photoshop:Credit="{CREDIT}" Iptc4xmpExt:DigitalSourceType="{SOURCE}compositeWithTrainedAlgorithmicMedia">
   <dc:description><rdf:Alt><rdf:li xml:lang="x-default">their description</rdf:li></rdf:Alt></dc:description>
   <dc:rights><rdf:Alt><rdf:li xml:lang="x-default">Somebody</rdf:li></rdf:Alt></dc:rights>
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
{' ' * 2000}
<?xpacket end="w"?>"""


def pattern(mode):
    image = Image.new("RGBA", (48, 32))
    image.putdata([(x * 5, y * 7, 99, 255 - x) for y in range(32) for x in range(48)])
    return image.convert(mode)


def make():
    for kind, mode in KINDS.items():
        for ending, form in ENDINGS.items():
            image = pattern("RGB" if ending == "jpg" else mode)
            options = {"lossless": True} if ending == "webp" and kind == "packed" else {}
            if kind != "plain":
                options["xmp"] = THEIRS.encode()
                exif = Image.Exif()
                exif[0x010E] = "exif description"
                options["exif"] = exif
            if ending == "png" and kind != "plain":
                del options["xmp"]
                info = PngImagePlugin.PngInfo()
                info.add_itxt("XML:com.adobe.xmp", THEIRS, zip=kind == "packed")
                info.add_text("Software", "somebody's")
                options["pnginfo"] = info
            image.save(FOLDER / f"{kind}.{ending}", form, **options)


def exiftool(*files):
    command = ["exiftool", "-j", "-a", "-G1", "-XMP:all", "-Error", "-Warning", "-validate", *map(str, files)]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def descriptions(xmp):
    """Every rdf:Description of Pillow's reading, as one dictionary; a property that stands twice is a mistake."""
    found = xmp["xmpmeta"]["RDF"]["Description"]
    merged = {}
    for one in found if isinstance(found, list) else [found]:
        for name, value in one.items():
            assert name == "about" or name not in merged, f"{name} stands twice"
            merged[name] = value
    return merged


def check():
    files = [FOLDER / f"{kind}-download.{ending}" for kind in KINDS for ending in ENDINGS]
    assert len(files) == 9
    for path, told in zip(files, exiftool(*files)):
        kind, ending = path.name.split("-")[0], path.suffix[1:]
        where = f"{path.name}: {told}"
        has_theirs = kind != "plain"
        assert told["XMP-dc:Description"] == PROMPT, where
        assert told["XMP-imagen4:Seed"] == 7 and told["XMP-imagen4:Model"] == "wavespeed-ai/imagen4", where
        assert told["XMP-imagen4:Negative_prompt"] == kind, where
        assert told["XMP-xmp:CreatorTool"] == "wavespeed-ai/imagen4", where
        assert told.get("XMP-photoshop:Credit") == (CREDIT if has_theirs else None), where
        assert told.get("XMP-dc:Rights") == ("Somebody" if has_theirs else None), where
        source = told["XMP-iptcExt:DigitalSourceType"]
        assert source == SOURCE + ("compositeWithTrainedAlgorithmicMedia" if has_theirs else "trainedAlgorithmicMedia"), where
        assert "XMP" not in str(told.get("ExifTool:Warning", told.get("ExifTool:Error", ""))), where

        original = Image.open(FOLDER / f"{kind}.{ending}")
        with Image.open(path) as copy:
            xmp = descriptions(copy.getxmp())
            assert xmp["description"]["Alt"]["li"]["text"] == PROMPT, f"{path.name}: {xmp}"
            assert xmp["seed"] == "7" and xmp["negative_prompt"] == kind, f"{path.name}: {xmp}"
            assert xmp.get("Credit") == (CREDIT if has_theirs else None), f"{path.name}: {xmp}"
            assert (copy.format, copy.mode, copy.size) == (original.format, original.mode, original.size), path.name
            assert list(copy.getdata()) == list(original.getdata()), f"{path.name} shows another picture"
            assert dict(copy.getexif()) == dict(original.getexif()), path.name
        assert path.read_bytes().count(b"http://ns.adobe.com/xap/1.0/\0") == (1 if ending == "jpg" else 0), path.name


{"make": make, "check": check}[sys.argv[1]]()
