"""The door for gunicorn."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = get_wsgi_application()

# What the program itself is made of is never garbage. Left out of the collections, these cost a
# request of Today a tenth as much, and the workers that gunicorn forks go on sharing its memory.
gc.collect()
gc.freeze()
