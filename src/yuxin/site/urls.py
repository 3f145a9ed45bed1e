"""Every address of the platform."""

from django.urls import URLPattern, URLResolver, include, path

from yuxin.site.health import healthz, readyz

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("", include("yuxin.look.urls")),
    path("", include("yuxin.portal.log_urls")),
    path("", include("yuxin.portal.urls")),
    path("", include("yuxin.desk.door_urls")),
    path("desk/", include("yuxin.desk.urls")),
    path("api/", include("yuxin.api.urls")),
    path("family/", include("yuxin.family.urls")),
]

handler400 = "yuxin.look.errors.bad_request"
handler403 = "yuxin.look.errors.not_allowed"
handler404 = "yuxin.look.errors.not_found"
handler500 = "yuxin.look.errors.server_error"
