"""Makes a bucket: make-bucket.py URL ACCESS_KEY BUCKET, with the secret in S3_SECRET. One that is there already is no error. A service
that has just started may not answer yet, or answer 5xx, the more so when clients wait for it: it is asked again for half a minute."""
import base64
import email.utils
import hashlib
import hmac
import os
import sys
import time
import urllib.error
import urllib.request

url, key, bucket = sys.argv[1:]


def request():
    date = email.utils.formatdate(usegmt=True)
    to_sign = f"PUT\n\n\n{date}\n/{bucket}".encode()
    signature = base64.b64encode(hmac.new(os.environ["S3_SECRET"].encode(), to_sign, hashlib.sha1).digest()).decode()
    return urllib.request.Request(f"{url}/{bucket}", method="PUT", headers={"Date": date, "Authorization": f"AWS {key}:{signature}"})


end = time.monotonic() + 30
while True:
    try:
        urllib.request.urlopen(request(), timeout=10)
        break
    except urllib.error.HTTPError as error:
        if error.code == 409:
            break
        said, is_final = f"{error.code} {error.read().decode(errors='replace')[:300]}", error.code < 500
    except OSError as error:
        said, is_final = str(error), False
    if is_final or time.monotonic() > end:
        sys.exit(f"stylefarm: bucket {bucket}: {said}")
    time.sleep(0.3)
