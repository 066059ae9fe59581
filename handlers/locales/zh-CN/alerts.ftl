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

alerts-roundup = 再次提醒：您有 { $count } 份报告还没有人确认
alerts-roundup-one = { $severity } { $number }，{ $time } 报告{ $drill ->
    [yes] （演练）
   *[no] {""}
}
alerts-roundup-more = 另外还有 { $count } 份，都在“待处理”里。
alerts-open-one = 打开 { $number }

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
alerts-daily-summary = { $month } 的月报还没有交。
alerts-daily-how = 请打开“今天”看每一件。

alerts-weekly = 本周情况：{ $villages } 个村（社区），{ $children } 名儿童。
alerts-weekly-visits = 走访过期 { $overdue } 名，还没走访过 { $never } 名。
alerts-weekly-cases = 没有办结的报告 { $count } 份。
alerts-weekly-grown = 已满18岁还在册的 { $count } 名，请核对减员（我的孩子 → 筛选 → 已满18岁）。
alerts-weekly-dead = 这一周有 { $count } 条消息没能送到，请检查联系方式。
alerts-monthly = { $month } 月情况：
alerts-answered = 收到报告 { $count } 份，已确认 { $acked } 份{ $acked ->
    [0] {""}
   *[other] ，一般 { $minutes } 分钟内确认
}。

alerts-daily-dead = 昨天以来有 { $count } 条消息没能送到，请检查联系方式。
alerts-vacant = 有 { $villages } 个村（社区）现在没有在岗的儿童主任，涉及 { $children } 名儿童。请尽快安排人接手。
alerts-monthly-visits = 在册儿童 { $children } 名，走访 { $visits } 次，本月见过面的占 { $coverage }，走访没有过期的占 { $timely }。
alerts-monthly-closed = 已办结 { $count } 份。
alerts-sweep = { $sweep ->
    [flood] 汛期排查
    [holiday] 假期排查
   *[spring_festival] 春节后排查
}：还有 { $count } 名孩子要问，一个孩子点一下就行。
alerts-sweep-progress = { $sweep ->
    [flood] 汛期排查
    [holiday] 假期排查
   *[spring_festival] 春节后排查
}{ $over ->
    [yes] （已结束）
   *[no] {""}
}：{ $children } 名儿童，问清楚 { $settled } 名（有问题 { $problems } 名），没联系上 { $unreached } 名。
alerts-sweep-begin = { $sweep ->
    [flood] 开始汛期排查
    [holiday] 开始假期排查
   *[spring_festival] 开始春节后排查
}

# 演练（命令行）
cli-drill-area = 请给到县、乡镇或村的区划代码。
cli-drill-severity = 级别请用 { $severities }。
cli-drill-no-worker = 推送进程没有在运行，演练发不出去。请先运行 tongban run。
cli-letters-line = { $id } · { $made_at } · { $kind } { $ref } · { $error }（试了 { $attempts } 次）
cli-letters-count = 没送到的消息：{ $count } 条。修好联系方式后加 --again 再送一次。
cli-letters-again = 已放回队列：{ $count } 条，由正在运行的服务去送。
cli-drill-begun = 【演练】{ $number } 已发出。
cli-drill-step = 第{ $rung }级 { $role ->
    [child_director] 儿童主任
    [child_supervisor] 儿童督导员
    [county_officer] 县级民政
    [city_officer] 市级民政
   *[other] 工作人员
} { $step ->
    [told] 开始通知
    [sent] 已送达
    [opened] 已打开
   *[acked] 已确认
}：{ $seconds } 秒
cli-drill-acked = 有人确认，共 { $seconds } 秒。演练结束，所有消息已改为已办结。
cli-drill-nobody = 演练 { $number } 到时间了还没有人确认。请查联系方式、值班和代班安排。

# 季节排查
sweep-head = { $sweep ->
    [flood] 汛期排查
    [holiday] 假期排查
   *[spring_festival] 春节后排查
} { $done }/{ $of }{ $unreached ->
    [0] {""}
   *[other] ，没联系上 { $unreached } 名
}
sweep-ask = { $sweep ->
    [flood] 问清楚：家附近有没有没人管的水塘、河沟？大人有没有反复叮嘱不下水？都好就点“没问题”。
    [holiday] 问清楚：放假谁带孩子？用电用火、独自在家有没有安排好？都好就点“没问题”。
   *[spring_festival] 问清楚：爸妈是不是又出去了？现在谁照看？委托照护有没有说好？都好就点“没问题”。
}
sweep-line = { $number }. { $who }{ $answer ->
    [fine] ：✓ 没问题
    [problem] ：⚠ 有问题
    [unreached] ：没联系上
   *[none] {""}
}
sweep-tap = { $number } { $answer ->
    [fine] ✓ 没问题
    [problem] ⚠ 有问题
   *[unreached] 没联系上
}
sweep-more = 下面还有 { $count } 名
sweep-open = { $sweep ->
    [flood] 汛期排查
    [holiday] 假期排查
   *[spring_festival] 春节后排查
}：还有 { $count } 名
sweep-done = 都问到了。{ $problems ->
    [0] {""}
   *[other] 有问题的 { $problems } 名，请尽快走访。
}{ $unreached ->
    [0] {""}
   *[other] 没联系上的 { $unreached } 名，请再联系，联系上了再点。
}点错了，直接点对的那一个。
sweep-visit = { $who }：请尽快上门看看。孩子有危险，先打110。
sweep-over = 这一轮排查现在没有开。

# 问得太快
limit-questions = 您这一小时已经问了 { $count } 个问题，请过 { $minutes } 分钟再问。孩子有危险，请先打110，再点“紧急报告”，这个从不限制。
emergency-adding = 正在补充 { $number }，它的通知已经发出。要报另一件事，请点下面的按钮。
emergency-another = 🆘 报另一件事
emergency-same = 这件事您刚才已经报过，编号 { $number }，不用再报，新的情况请接着往下补充。
