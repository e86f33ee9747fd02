"""Shares: asking for one, deciding, the link shown once, extending and revoking it."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from accounts.views.door import UNPROCESSABLE, SignedInRequest, refuse
from evidence import lists, outline, permissions, reading, review, shares, store, trust
from evidence.forms import ApproveForm, DeclineForm, ExtendForm, RequestForm
from evidence.models import Packet, Profile, Share, ShareStatus
from evidence.views import packets
from runs.errors import RunError

_VISITS_SHOWN = 50


@login_required
@require_safe
def share_list(request: SignedInRequest) -> HttpResponse:
    """Show the shares of one's workspaces, newest first; ``?status=`` narrows them."""
    status = request.GET.get("status", "")
    rows = Share.objects.visible_to(request.user).select_related(
        "packet__run", "requested_by", "workspace"
    )
    if status in ShareStatus.values:
        rows = rows.filter(status=status)
    page = lists.page(
        rows.defer("packet__manifest", "packet__bundle", "packet__openings"),
        "shr",
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    opened = Share.objects.filter(pk__in=[share.pk for share in page.rows]).order_by()
    visits = dict(opened.annotate(times=Count("visits")).values_list("pk", "times"))
    context = {
        "rows": [(share, visits[share.pk]) for share in page.rows],
        **lists.links(page, {"status": status} if status else {}),
        "status": status,
        "statuses": ShareStatus.choices,
    }
    return render(request, "evidence/share_list.html", context)


@login_required
def share_request(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Ask for a link to a packet."""
    visible = Packet.objects.visible_to(request.user).select_related("run", "workspace")
    packet = get_object_or_404(visible, pk=pk)
    permissions.check_can_request(request.user, packet)
    form = RequestForm(request.POST or None, packet=packet)
    if form.is_valid():
        try:
            share = shares.request(packet, **form.cleaned_data, by=request.user)
        except ValidationError as error:
            refuse(form, error)
        except RunError as error:
            form.add_error(None, error.message)
        else:
            return redirect("evidence:share_detail", share.pk)
    context = {"form": form, "packet": packet, "run": packet.run}
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "evidence/share_request.html", context, status=status)


@login_required
@require_safe
def share_detail(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Show a share: what reviewers see, what is left out, the decision, the open log."""
    return _detail(request, _share(request, pk))


@login_required
@require_safe
def share_preview(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Show the exact page that reviewers will see, marked as a preview."""
    share = _share(request, pk)
    try:
        html = review.page_html(
            shares.archive(share),
            expires_at=share.expires_at,
            self_approved=_is_made_alone(share, by=request.user),
            url=reverse("evidence:share_preview", args=[share.pk]),
            is_preview=True,
        )
    except (store.StoreError, reading.UnreadableError) as error:
        return _unreadable(request, share, error)
    return review.page_response(html)


def _unreadable(request: SignedInRequest, share: Share, error: Exception) -> HttpResponse:
    sha256 = share.archive_sha256 or share.packet.archive_sha256
    return packets.unreadable(request, share.packet, error, sha256=sha256)


def _is_made_alone(share: Share, *, by: User) -> bool:
    """Tell whether the link was, or would be by ``by``, approved by the person who asked for it."""
    is_open = share.status == ShareStatus.REQUESTED and by.pk == share.requested_by_id
    return share.self_approved or (is_open and permissions.can_approve(by, share))


@login_required
@require_safe
def share_preview_file(request: SignedInRequest, pk: UUID, name: str) -> HttpResponse:
    """Hand out a file as reviewers will get it."""
    share = _share(request, pk)
    try:
        answer = review.file_response(shares.archive(share), name)
    except store.StoreError as error:
        return _unreadable(request, share, error)
    if answer is None:
        raise Http404
    return answer


@login_required
@require_POST
def share_approve(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Make the link work and show it, this once."""
    share = _share(request, pk)
    permissions.check_can_approve(request.user, share)
    if share.token_sha256 and share.decided_by == request.user:
        # The page that showed the link was loaded again: the form comes a second time.
        messages.info(request, "You have approved this share. Its link was shown once.")
        return redirect("evidence:share_detail", share.pk)
    form = ApproveForm(request.POST, share=share)
    if not form.is_valid():
        return _detail(request, share, form=form)
    asked = form.cleaned_data
    try:
        share, token = shares.approve(
            share, expires_at=asked["expires_at"], label=asked["label"], by=request.user
        )
    except ValidationError as error:
        refuse(form, error)
        return _detail(request, share, form=form)
    except RunError as error:
        return _conflict(request, share, error)
    # No redirect: the link would have to be kept somewhere on the way.
    link = settings.SITE_URL + reverse("evidence:review", args=[token])
    return render(request, "evidence/share_link.html", {"share": share, "link": link})


@login_required
def share_decline(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Ask why, then decline the share or withdraw it."""
    share = _share(request, pk)
    permissions.check_can_decline(request.user, share)
    form = DeclineForm(request.POST or None)
    if form.is_valid():
        try:
            shares.decline(share, reason=form.cleaned_data["reason"], by=request.user)
        except RunError as error:
            return _conflict(request, share, error)
        messages.success(request, f"“{share.label}” was declined. No link was made.")
        return redirect("evidence:share_detail", share.pk)
    status = UNPROCESSABLE if form.errors else 200
    context = {"form": form, "share": share}
    return render(request, "evidence/share_decline.html", context, status=status)


@login_required
def share_revoke(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Ask, then end the link at once."""
    share = _share(request, pk)
    permissions.check_can_revoke(request.user, share)
    if request.method == "POST":
        try:
            shares.revoke(share, by=request.user)
        except RunError as error:
            return _conflict(request, share, error)
        messages.success(request, f"The link “{share.label}” no longer works.")
        return redirect("evidence:share_detail", share.pk)
    return render(request, "evidence/share_revoke.html", {"share": share})


@login_required
@require_POST
def share_extend(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Change until when a working link works."""
    share = _share(request, pk)
    permissions.check_can_extend(request.user, share)
    form = ExtendForm(request.POST, share=share)
    if not form.is_valid():
        return _detail(request, share, form=form)
    try:
        shares.extend(share, expires_at=form.cleaned_data["expires_at"], by=request.user)
    except ValidationError as error:
        refuse(form, error)
        return _detail(request, share, form=form)
    except RunError as error:
        return _conflict(request, share, error)
    messages.success(request, "The link works until the day that you chose.")
    return redirect("evidence:share_detail", share.pk)


def _share(request: SignedInRequest, pk: UUID) -> Share:
    related = ("packet__run", "packet__workspace", "workspace", "requested_by", "decided_by")
    return get_object_or_404(
        Share.objects.visible_to(request.user).select_related(*related, "revoked_by"), pk=pk
    )


def _detail(
    request: SignedInRequest, share: Share, form: ApproveForm | ExtendForm | None = None
) -> HttpResponse:
    user = request.user
    may_approve = share.status == ShareStatus.REQUESTED and permissions.can_approve(user, share)
    may_extend = share.is_live and permissions.can_extend(user, share)
    if form is None:
        form = ApproveForm(share=share) if may_approve else ExtendForm(share=share)
    taken = _reading(share)
    context = {
        "share": share,
        "packet": share.packet,
        "form": form,
        "visible": taken and outline.visible(taken),
        "hidden": taken and outline.hidden(taken),
        "profile": Profile(share.profile).label,
        "may_approve": may_approve,
        "may_extend": may_extend,
        "may_decline": share.status == ShareStatus.REQUESTED
        and permissions.can_decline(user, share),
        "may_revoke": share.status == ShareStatus.APPROVED and permissions.can_revoke(user, share),
        "approves_alone": may_approve and user.pk == share.requested_by_id,
        "visits": share.visits.order_by("-pk")[:_VISITS_SHOWN],
        "visit_count": share.visits.count(),
        "earlier": share.packet.shares.exclude(pk=share.pk).order_by("-pk")[:10],
    }
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "evidence/share_detail.html", context, status=status)


def _reading(share: Share) -> reading.Reading | None:
    """Return what reviewers read, None where the bytes are not what was sealed."""
    try:
        return reading.take(shares.archive(share), trust.keys())
    except (store.StoreError, reading.UnreadableError):
        return None


def _conflict(request: SignedInRequest, share: Share, error: RunError) -> HttpResponse:
    messages.error(request, error.message)
    return redirect("evidence:share_detail", share.pk)
