"""Pages for people, one include per kind of visitor."""

from django.urls import path

from kesher.www.front import views as front

urlpatterns = [
    path("", front.FrontView.as_view(), name="front"),
]
