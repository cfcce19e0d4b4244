"""Makes a bucket: make-bucket.py URL ACCESS_KEY BUCKET, with the secret in S3_SECRET. One that is there already is no error."""
import base64
import email.utils
import hashlib
import hmac
import os
import sys
import urllib.error
import urllib.request

url, key, bucket = sys.argv[1:]
date = email.utils.formatdate(usegmt=True)
to_sign = f"PUT\n\n\n{date}\n/{bucket}".encode()
signature = base64.b64encode(hmac.new(os.environ["S3_SECRET"].encode(), to_sign, hashlib.sha1).digest()).decode()
request = urllib.request.Request(
    f"{url}/{bucket}", method="PUT", headers={"Date": date, "Authorization": f"AWS {key}:{signature}"})
try:
    urllib.request.urlopen(request, timeout=20)
except urllib.error.HTTPError as error:
    if error.code != 409:
        sys.exit(f"stylefarm: bucket {bucket}: {error.code} {error.read().decode(errors='replace')[:300]}")
