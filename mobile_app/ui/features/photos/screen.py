"""One photo at full size: pinch to look closer, say what it shows, take it away."""

import flet as ft

from mobile_app.data.repositories.photos import PhotoRow
from mobile_app.ui import formats
from mobile_app.ui.design import (
    ALERT,
    MUTED,
    WAIT,
    Action,
    Banner,
    C,
    I,
    Press,
    TopBar,
    column,
    field,
    icon,
    icon_button,
    keyed,
    row,
    text,
    use_model,
)
from mobile_app.ui.features.leaving import use_kept
from mobile_app.ui.features.live import use_live
from mobile_app.ui.features.now import now_of
from mobile_app.ui.features.open_form import use_open_form
from mobile_app.ui.features.photos.model import PhotoModel
from mobile_app.ui.features.states import unready
from mobile_app.ui.i18n import Words, use_words
from mobile_app.ui.layouts import Frame, Pane, Screen
from mobile_app.ui.routes import chosen
from mobile_app.ui.sentences import sentence_for
from mobile_app.ui.session import Session, use_frame, use_session
from mobile_app.ui.theme import Space, Type

_CLOSEST = 6.0


@ft.component
def PhotoScreen() -> ft.View:
    """The photo of the address."""
    session, t, photo_id = use_session(), use_words(), chosen("id")
    frame = use_frame("visits" if session.manages else "today")
    return Screen(t, frame, keyed(PhotoPane, photo_id)(photo_id), tabs=False, route=ft.use_view_path())


@ft.component
def PhotoPane(photo_id: str) -> ft.Control:
    """One photo."""
    session, t = use_session(), use_words()
    frame = use_frame("visits" if session.manages else "today")
    model = use_live(lambda: PhotoModel(session.device, photo_id))
    use_model(lambda: model.form)
    use_open_form(on=model.may_change)
    use_kept(model.keep)
    back = Action(t("Back"), session.back, I.ARROW_BACK_ROUNDED, "back")
    photo = model.photo
    if photo is None or model.phase == "gone":
        return Pane(frame, TopBar(t("Photo"), "", back), unready(t, model.phase, model.reload, session.back) or [])
    remove = Action(t("Delete the photo"), _removing(session, t, model, photo), I.DELETE_OUTLINE_ROUNDED, "delete-photo")
    top = TopBar(photo.account, _taken(session, t, photo), back, icon_button(remove) if model.may_change else None)
    return Pane(frame, top, _body(t, frame, model, photo))


def _body(t: Words, frame: Frame, model: PhotoModel, photo: PhotoRow) -> ft.Control:
    margin = Space.TABLET if frame.wide else Space.PHONE
    under = column(*_state(t, model, photo), *_caption(t, model, photo), spacing=Space.M)
    parts: list[ft.Control] = [
        _picture(t, model, photo),
        ft.Container(under, padding=ft.Padding(left=margin, right=margin, top=12, bottom=16)),
    ]
    return ft.Column(parts, spacing=0, expand=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)


def _picture(t: Words, model: PhotoModel, photo: PhotoRow) -> ft.Control:
    data = model.picture or model.thumb
    inner: ft.Control = ft.ProgressRing(width=32, height=32, semantics_label=t("Comes with the next exchange"))
    if photo.refused:  # a damaged one that has no thumbnail either: nothing comes
        inner = icon(I.PHOTO_OUTLINED, MUTED, 64)
    if data is not None:
        shown = ft.Image(data, fit=ft.BoxFit.CONTAIN, expand=True, gapless_playback=True, exclude_from_semantics=True)
        zoomed = ft.InteractiveViewer(ft.Container(shown, alignment=ft.Alignment.CENTER, expand=True), max_scale=_CLOSEST, expand=True)
        said = ", ".join(part for part in (t("Photo of {name}", name=photo.account), photo.caption) if part)
        inner = ft.Semantics(content=zoomed, image=True, label=said, container=True, identifier="photo", expand=True)
    return ft.Container(
        inner, expand=True, bgcolor=C.SURFACE_CONTAINER_HIGHEST, alignment=ft.Alignment.CENTER, clip_behavior=ft.ClipBehavior.HARD_EDGE
    )


def _state(t: Words, model: PhotoModel, photo: PhotoRow) -> list[ft.Control]:
    """What of the photo is where, if there is anything to say."""
    if photo.refused:
        return [Banner(sentence_for(t, photo.refused), None, I.ERROR_OUTLINE_ROUNDED, ALERT)]
    if model.picture is None:
        said = t("The photo is still at the office or with {name}. It comes with the next exchange.", name=photo.user)
        return [Banner(said, None, I.CLOUD_DOWNLOAD_OUTLINED, WAIT)]
    return [Banner(t("Not sent yet"), None, I.CLOUD_UPLOAD_OUTLINED, WAIT)] if photo.unsent else []


def _caption(t: Words, model: PhotoModel, photo: PhotoRow) -> list[ft.Control]:
    form = model.form
    if not model.may_change:
        return [row(text(photo.caption, Type.BODY, expand=True))] if photo.caption else []
    problem = form.problem("caption")
    return [
        field(
            t("What the photo shows"),
            form.text("caption"),
            lambda value: form.put("caption", value),
            error=sentence_for(t, problem.code, problem.params) if problem is not None else None,
            on_blur=model.keep,
            identifier="field-caption",
        )
    ]


def _taken(session: Session, t: Words, photo: PhotoRow) -> str:
    if photo.taken_at is None:
        return photo.user
    when = formats.moment(t, photo.taken_at, now_of(session.device.clock), session.device.clock.zone())
    return t("{name}, {when}", name=photo.user, when=when) if photo.user else when


def _removing(session: Session, t: Words, model: PhotoModel, photo: PhotoRow) -> Press:
    async def back_again() -> None:
        await model.restore(photo.account)
        session.say(t("The photo is back."))

    async def remove() -> None:
        here = session.here
        await model.delete()
        session.back(here)
        session.say(t("The photo is deleted."), Action(t("Undo"), back_again))

    return remove
