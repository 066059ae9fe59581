# 警报：推送、报告人看到的进度、跟进、提醒

alerts-policy-wrong = 通知规则文件有错：{ $place }：{ $problem }

alerts-drill = 【演练】这不是真实事件，请按真实流程处理。
alerts-again = 再次提醒
alerts-open = 打开

alerts-push = { $severity } { $severity ->
    [P0] 紧急报告
    [P1] 紧急报告
   *[other] 报告
} { $number } 待处理
alerts-push-again = 再次提醒 · { $severity } { $severity ->
    [P0] 紧急报告
    [P1] 紧急报告
   *[other] 报告
} { $number } 待处理
alerts-push-how = 请点“打开”看详情，并确认由您处理。

alerts-status = 报告 { $number }：{ $stage ->
    [notifying] 正在通知
    [sent] 已送达，等待确认
    [opened] 已打开，等待确认
    [acked] 已有人确认
    [following] 正在处理
    [safe] 已确认孩子安全
   *[done] 已办结
}
alerts-progress = { $role ->
    [child_director] 儿童主任
    [child_supervisor] 儿童督导员
    [county_officer] 县级民政
    [city_officer] 市级民政
   *[other] 工作人员
}{ $name }{ $deputy ->
    [yes] （代班）
   *[no] {""}
}：{ $state ->
    [queued] 正在通知
    [sent] 已送达
    [opened] 已打开
    [acked] 已确认
   *[unreachable] 联系不上，正在通知别的人
} { $time }
alerts-status-nobody = 还没有联系上任何人。请马上打电话，不要等。
alerts-status-round = 还没有人确认，已经再次提醒 { $count } 次。
alerts-status-police = 本系统不会替您报警。还没报警的，请马上打 110；有人受伤，先打 120。

alerts-in-hand = { $severity } 报告 { $number }：{ $stage ->
    [safe] 已确认孩子安全
    [done] 已办结
   *[other] 已确认
}，由{ $role ->
    [child_director] 儿童主任
    [child_supervisor] 儿童督导员
    [county_officer] 县级民政
    [city_officer] 市级民政
   *[other] 工作人员
}{ $name }在 { $time } 确认{ $plan ->
    [on_site] ，我去现场
    [police_contacted] ，已联系派出所
    [phone] ，先打电话
    [transfer] ，已转交
    [other] ，用其他办法处理
   *[none] {""}
}。

alerts-in-hand-nobody = { $severity } 报告 { $number }：{ $stage ->
    [safe] 已确认孩子安全
    [done] 已办结
   *[other] 已确认
}。

alerts-loud = 报告 { $number } 到现在还没有人确认！
alerts-loud-call = 请您马上打 110；有人受伤，先打 120。
alerts-loud-phones = 值班电话：{ $phones }

alerts-follow = 报告 { $number }：今天请联系孩子，看是不是安全，再点“打开”写下情况。

alerts-not-yours = 这条报告不是发给您的，您不能确认。请联系您的儿童督导员或县级民政。

alerts-village = { $days } 天内同一个村有 { $count } 份报告，最近一份是 { $number }。请看看是不是同一个原因。

alerts-daily = 今天要办 { $count } 件事，其中 { $late } 件已经过期。
alerts-daily-line = { $kind ->
    [cases] 紧急报告要跟进
    [visits] 走访
   *[others] 其他
}：{ $count } 件
alerts-daily-how = 请打开“今天”看每一件。

alerts-weekly = 本周情况：{ $villages } 个村（社区），{ $children } 名儿童。
alerts-weekly-visits = 走访过期 { $overdue } 名，还没走访过 { $never } 名。
alerts-weekly-cases = 没有办结的报告 { $count } 份。
alerts-weekly-dead = 这一周有 { $count } 条消息没能送到，请检查联系方式。
alerts-monthly = { $month } 月情况：
alerts-answered = 收到报告 { $count } 份，已确认 { $acked } 份{ $acked ->
    [0] {""}
   *[other] ，一般 { $minutes } 分钟内确认
}。
