"""One look for every form: label above, hint before the field, error beside it and in a summary at the top."""

from django.forms.renderers import TemplatesSetting


class Renderer(TemplatesSetting):
    """Forms rendered by our templates in ``templates/forms/``."""

    form_template_name = "forms/form.html"
    field_template_name = "forms/field.html"
