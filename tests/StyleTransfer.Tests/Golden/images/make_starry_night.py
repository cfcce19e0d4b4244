"""Makes starry_night_96x64.png from samples/starry_night.jpg, as the golden files' inputs were made (python3-pil 9.4).

Run from this folder: python3 make_starry_night.py
"""
from PIL import Image

width, height = 96, 64
image = Image.open("../../../../samples/starry_night.jpg").convert("RGB")
if image.width / image.height > width / height:
    cropped_width = round(image.height * width / height)
    left = (image.width - cropped_width) // 2
    box = (left, 0, left + cropped_width, image.height)
else:
    cropped_height = round(image.width * height / width)
    top = (image.height - cropped_height) // 2
    box = (0, top, image.width, top + cropped_height)
image.crop(box).resize((width, height), Image.LANCZOS).save("starry_night_96x64.png")
