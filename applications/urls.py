from django.urls import URLPattern, path

from applications.views import imports

app_name = "applications"
urlpatterns: list[URLPattern] = [
    path("imports", imports.imports, name="imports"),
    path("imports/new", imports.import_new, name="import_new"),
    path("imports/example", imports.import_example, name="import_example"),
    path("imports/<uuid:public_id>", imports.import_detail, name="import"),
    path("imports/<uuid:public_id>/columns", imports.import_map, name="import_map"),
    path("imports/<uuid:public_id>/run", imports.import_commit, name="import_commit"),
    path("imports/<uuid:public_id>/undo", imports.import_undo, name="import_undo"),
    path("imports/<uuid:public_id>/discard", imports.import_discard, name="import_discard"),
    path("imports/<uuid:public_id>/refused", imports.import_errors, name="import_errors"),
]
