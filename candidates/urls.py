from django.urls import URLPattern, path

from candidates.views import edit, grounds, people, profile, tags

app_name = "candidates"
urlpatterns: list[URLPattern] = [
    path("people", people.people, name="people"),
    path("people/new", people.person_new, name="person_new"),
    path("people/<uuid:public_id>", profile.profile, name="profile"),
    path("people/<uuid:public_id>/notes", profile.note_write, name="note_write"),
    path("people/<uuid:public_id>/notes/delete", profile.note_delete, name="note_delete"),
    path("people/<uuid:public_id>/tags/add", tags.tag_add, name="tag_add"),
    path("people/<uuid:public_id>/tags/remove", tags.tag_remove, name="tag_remove"),
    path("people/<uuid:public_id>/contact", profile.contact_log, name="contact_log"),
    path("people/<uuid:public_id>/grounds", grounds.grounds, name="grounds"),
    path("people/<uuid:public_id>/grounds/consent", grounds.grant, name="grant"),
    path("people/<uuid:public_id>/grounds/objection", grounds.objection, name="objection"),
    path("people/<uuid:public_id>/edit", edit.edit, name="edit"),
    path("people/<uuid:public_id>/owner", edit.owner, name="owner"),
    path("people/<uuid:public_id>/emails/add", edit.email_add, name="email_add"),
    path("people/<uuid:public_id>/emails/remove", edit.email_remove, name="email_remove"),
    path("people/<uuid:public_id>/emails/primary", edit.email_primary, name="email_primary"),
    path("people/<uuid:public_id>/phones/add", edit.phone_add, name="phone_add"),
    path("people/<uuid:public_id>/phones/remove", edit.phone_remove, name="phone_remove"),
    path("people/<uuid:public_id>/links/add", edit.link_add, name="link_add"),
    path("people/<uuid:public_id>/links/remove", edit.link_remove, name="link_remove"),
    path("people/<uuid:public_id>/skills/add", edit.skill_add, name="skill_add"),
    path("people/<uuid:public_id>/skills/remove", edit.skill_remove, name="skill_remove"),
    path("tags", tags.tags, name="tags"),
    path("tags/<uuid:public_id>", tags.tag, name="tag"),
    path("tags/<uuid:public_id>/rename", tags.rename, name="tag_rename"),
    path("tags/<uuid:public_id>/merge", tags.merge, name="tag_merge"),
    path("tags/<uuid:public_id>/delete", tags.delete, name="tag_delete"),
]
