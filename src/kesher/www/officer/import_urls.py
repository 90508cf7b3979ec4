"""Addresses of the pages that bring lists in, and of those about areas."""

from django.urls import path

from kesher.www.officer import area_imports, areas, imports

urlpatterns = [
    path("officer/imports/", imports.ImportsView.as_view(), name="imports"),
    path("officer/imports/runs/<uuid:pk>/", imports.RunView.as_view(), name="import_run"),
    path("officer/imports/<uuid:pk>/columns/", imports.ColumnsView.as_view(), name="import_columns"),
    path("officer/imports/<uuid:pk>/", imports.TrialView.as_view(), name="import_trial"),
    path("officer/imports/<uuid:pk>/remarks.csv", imports.RemarksView.as_view(), name="import_remarks"),
    path("officer/imports/<uuid:pk>/remove/", imports.RemoveUploadView.as_view(), name="import_remove"),
    path("officer/areas/", areas.AreasView.as_view(), name="areas"),
    path("officer/areas/import/", area_imports.AreaImportView.as_view(), name="area_import"),
    path("officer/areas/areas.csv", areas.AreasTemplateView.as_view(), name="areas_template"),
    path("officer/areas/<uuid:pk>/", areas.AreasView.as_view(), name="area"),
    path("officer/areas/<uuid:pk>/choose/", areas.ChooseAreaView.as_view(), name="area_choose"),
]
