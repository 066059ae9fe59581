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
alerts-daily-how = Please open “Today” to see each of them.

alerts-weekly = This week: { $villages } villages, { $children } children.
alerts-weekly-visits = { $overdue } visits overdue, { $never } never visited.
alerts-weekly-cases = { $count } reports not closed.
alerts-weekly-dead = { $count } messages could not be delivered this week; please check the contacts.
alerts-monthly = Month { $month }:
alerts-answered = { $count } reports, { $acked } confirmed{ $acked ->
    [0] {""}
   *[other] , typically within { $minutes } minutes
}.
