"""What tests of :mod:`kesher.base.encrypted` keep."""

from django.db import models

from kesher.base.encrypted import BlindIndexField, EncryptedTextField, digits
from kesher.base.history import tracked
from kesher.base.models import Model


@tracked()
class Identity(Model):
    label = models.CharField(max_length=20)
    number = EncryptedTextField(blank=True)
    number_index = BlindIndexField(of="number", domain="tests.number", normalise=digits)
    note = EncryptedTextField(null=True)  # NULL and empty are told apart

    class Meta:
        constraints = [models.UniqueConstraint(fields=["number_index"], name="identity_number_once")]

    def __str__(self) -> str:
        return self.label
