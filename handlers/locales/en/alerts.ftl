# Alerts: pushes, what the reporter sees, follow-up, reminders

alerts-policy-wrong = The alert policy file is wrong: { $place }: { $problem }

alerts-drill = [DRILL] This is not a real event; please act as if it were.
alerts-again = Reminder
alerts-open = Open

alerts-push = { $severity } { $severity ->
    [P0] emergency report
    [P1] emergency report
   *[other] report
} { $number } is waiting
alerts-push-again = Reminder · { $severity } { $severity ->
    [P0] emergency report
    [P1] emergency report
   *[other] report
} { $number } is waiting
alerts-push-how = Press “Open” to see the details and confirm that you take it.

alerts-roundup = Reminder: { $count } reports are waiting for your confirmation
alerts-roundup-one = { $severity } { $number }, reported { $time }{ $drill ->
    [yes] {" "}(drill)
   *[no] {""}
}
alerts-roundup-more = { $count } more are under “To handle”.
alerts-open-one = Open { $number }

alerts-status = Report { $number }: { $stage ->
    [notifying] notifying
    [sent] delivered, waiting for confirmation
    [opened] opened, waiting for confirmation
    [acked] somebody has confirmed
    [following] being worked on
    [safe] the child is confirmed safe
   *[done] closed
}
alerts-progress = { $role ->
    [child_director] child director
    [child_supervisor] child supervisor
    [county_officer] county officer
    [city_officer] city officer
   *[other] worker
} { $name }{ $deputy ->
    [yes] {" "}(deputy)
   *[no] {""}
}: { $state ->
    [queued] notifying
    [sent] delivered
    [opened] opened
    [acked] confirmed
   *[unreachable] cannot be reached, notifying others
} { $time }
alerts-status-nobody = Nobody has been reached yet. Please telephone now, do not wait.
alerts-status-round = Nobody has confirmed yet; reminded { $count } times.
alerts-status-police = This system does not call the police for you. If nobody has: call 110 now; if someone is hurt, 120 first.

alerts-in-hand = { $severity } report { $number }: { $stage ->
    [safe] the child is confirmed safe
    [done] closed
   *[other] confirmed
} by { $role ->
    [child_director] child director
    [child_supervisor] child supervisor
    [county_officer] county officer
    [city_officer] city officer
   *[other] worker
} { $name } at { $time }{ $plan ->
    [on_site] , going there
    [police_contacted] , police station contacted
    [phone] , telephoning first
    [transfer] , handed on
    [other] , another way
   *[none] {""}
}.

alerts-in-hand-nobody = { $severity } report { $number }: { $stage ->
    [safe] the child is confirmed safe
    [done] closed
   *[other] confirmed
}.

alerts-loud = Nobody has confirmed report { $number } yet!
alerts-loud-call = Please call 110 now; if someone is hurt, 120 first.
alerts-loud-phones = Duty telephone: { $phones }

alerts-follow = Report { $number }: please contact the child today, see that they are safe, then press “Open” and write it down.

alerts-not-yours = This report was not sent to you, so you cannot confirm it. Please contact your supervisor or the county.

alerts-village = { $count } reports from one village within { $days } days, the latest is { $number }. Please see whether they have one cause.

alerts-daily = { $count } things to do today, { $late } of them overdue.
alerts-daily-line = { $kind ->
    [cases] Emergency reports to follow up
    [visits] Visits
   *[others] Other
}: { $count }
alerts-daily-summary = The summary of { $month } has not been sent yet.
alerts-daily-how = Please open “Today” to see each of them.

alerts-weekly = This week: { $villages } villages, { $children } children.
alerts-weekly-visits = { $overdue } visits overdue, { $never } never visited.
alerts-weekly-cases = { $count } reports not closed.
alerts-weekly-grown = { $count } are of age and still on the ledger; please see whether their files are to end (My children → filter → Of age).
alerts-weekly-dead = { $count } messages could not be delivered this week; please check the contacts.
alerts-monthly = Month { $month }:
alerts-answered = { $count } reports, { $acked } confirmed{ $acked ->
    [0] {""}
   *[other] , typically within { $minutes } minutes
}.

alerts-daily-dead = { $count } messages could not be delivered since yesterday; please check the contacts.
alerts-vacant = { $villages } villages have no active child director now, { $children } children are concerned. Please appoint somebody soon.
alerts-monthly-visits = { $children } children on the ledger, { $visits } visits, { $coverage } seen this month, { $timely } with no visit overdue.
alerts-monthly-closed = { $count } closed.
alerts-sweep = { $sweep ->
    [flood] Flood season round
    [holiday] Holiday round
   *[spring_festival] Round after the Spring Festival
}: { $count } children are still to be asked about, one tap for each.
alerts-sweep-progress = { $sweep ->
    [flood] Flood season round
    [holiday] Holiday round
   *[spring_festival] Round after the Spring Festival
}{ $over ->
    [yes] {" "}(over)
   *[no] {""}
}: { $children } children, { $settled } settled ({ $problems } with a problem), { $unreached } not reached.
alerts-sweep-begin = { $sweep ->
    [flood] Begin the flood season round
    [holiday] Begin the holiday round
   *[spring_festival] Begin the round after the Spring Festival
}

# Drill (console)
cli-drill-area = Give the code of a county, township or village.
cli-drill-severity = Use one of { $severities }.
cli-drill-no-worker = No worker is running, the drill could not leave. Run tongban run first.
cli-letters-line = { $id } · { $made_at } · { $kind } { $ref } · { $error } (tried { $attempts } times)
cli-letters-count = Not delivered: { $count }. Put the contacts right, then send them once more with --again.
cli-letters-again = Put back: { $count }; the running service sends them.
cli-drill-begun = [DRILL] { $number } has been raised.
cli-drill-step = Rung { $rung }, { $role ->
    [child_director] child director
    [child_supervisor] child supervisor
    [county_officer] county civil affairs
    [city_officer] city civil affairs
   *[other] worker
}, { $step ->
    [told] told
    [sent] delivered
    [opened] opened
   *[acked] acknowledged
}: { $seconds } s
cli-drill-acked = Acknowledged after { $seconds } s. The drill is over; every message says so.
cli-drill-nobody = Nobody acknowledged drill { $number } in time. Check contacts, duty lists and deputies.

# Season rounds
sweep-head = { $sweep ->
    [flood] Flood season round
    [holiday] Holiday round
   *[spring_festival] Round after the Spring Festival
} { $done }/{ $of }{ $unreached ->
    [0] {""}
   *[other] , { $unreached } not reached
}
sweep-ask = { $sweep ->
    [flood] Ask: is there a pond or stream near the home that nobody watches? Do adults keep warning the child? If all is well, tap ✓.
    [holiday] Ask: who looks after the child in the holidays? Are electricity, fire and being alone taken care of? If so, tap ✓.
   *[spring_festival] Ask: have the parents left again? Who looks after the child now? Is the delegation settled? If all is well, tap ✓.
}
sweep-line = { $number }. { $who }{ $answer ->
    [fine] : ✓ all is well
    [problem] : ⚠ problem
    [unreached] : not reached
   *[none] {""}
}
sweep-tap = { $number } { $answer ->
    [fine] ✓ Well
    [problem] ⚠ Problem
   *[unreached] Not reached
}
sweep-more = { $count } more
sweep-open = { $sweep ->
    [flood] Flood season round
    [holiday] Holiday round
   *[spring_festival] Round after the Spring Festival
}: { $count } left
sweep-done = All were asked about. { $problems ->
    [0] {""}
   *[other] { $problems } with a problem: please visit them soon.{" "}
}{ $unreached ->
    [0] {""}
   *[other] { $unreached } not reached: please try again, and tap once you have.{" "}
}If you tapped the wrong one, tap the right one.
sweep-visit = { $who }: please go there soon. If the child is in danger, call 110 first.
sweep-over = No such round is open now.

# Asking too fast
limit-questions = You asked { $count } questions this hour; please ask again in { $minutes } minutes. If a child is in danger call 110 first, then tap “Emergency report”, which is never limited.
emergency-adding = You are adding to { $number }; its alert has left. To report something else, press the button below.
emergency-another = 🆘 Report something else
emergency-same = You have reported this just now, number { $number }; there is no need to report again, please add what is new below.
