# 个案记录：谁能看、哪里填错、为什么不行

cases-conflict = 您填写的时候，别人也改了同一项。请看一下现在的内容，再改一次。您填的还在。
cases-reason-needed = 这不是您负责的孩子。请先选一下打开档案的原因。
cases-area-code = 区划代码应是 2、4、6、9 或 12 位数字。
cases-role-unknown = 没有这个身份。可用：child_director、child_supervisor、county_officer、guardian。
cases-birth-date = 出生日期没看懂。请写成“2018-02-15”这样。
cases-risk-level = 风险等级只能选红、黄、蓝、绿或未评估。
cases-id-length = 身份证号应是 18 位，请再核对一下。
cases-id-date = 身份证号里的出生日期不对，请再核对一下。
cases-id-check = 身份证号最后一位对不上，可能有一位写错了，请再核对一下。
cases-text-kept = 已加密保存（{ $count }个字）

cases-denied-role = 这件事要由别的身份来办。
cases-denied-area = 这不在您负责的地方，不能打开。
cases-denied-restricted = 这条记录只有报告人和上级能看。
cases-denied-hidden = 这条记录现在不能打开。需要帮助请联系县级民政部门。
cases-denied-unqualified = 首次上岗要先通过培训，才能登记孩子和走访（民发〔2019〕34号 二-(二)）；请督导员（督导员请县里）把培训结果登记上。遇到紧急情况，随时可以报告。

cases-guard-closed = 这个案子已经结案了。
cases-guard-use-close = 结案请用“结案”按钮，并选原因。
cases-guard-manager = 这一步要由儿童督导员或县里来做。
cases-guard-police = 还没有记录报警情况。请先补上报警时间和接警单位，再结案；如果是误报，请选“误报”。
cases-guard-opener = 这件事要由别的身份来发起。
cases-guard-child = 请先选是哪个孩子。
cases-guard-topic = 请从列出的项目里选一个。
cases-guard-order = 现在还不能走这一步，请看一下它现在的状态。
cases-guard-reason = 请写一句原因，好让人以后查得到。
cases-guard-successor = 接手的人要是同样的岗位，并且负责这个地方。
cases-guard-own-training = 自己的培训要由上级来登记。
cases-guard-readers = 本地区现在没有该培训的人，不用发。
cases-guard-merged = 这两份档案不能合并：是同一份，或者已经合并过了。
cases-guard-open-case = 这个孩子还有没结的案子，先结案再办。

cases-delegate-barred = 法律规定，有这种情况的人不能受委托照护孩子（{ $source }）。请另找合适的人，并告诉儿童督导员。

cases-invite-done = 绑定好了。
cases-invite-wrong = 邀请码不对，请核对后再发一次。
cases-invite-used = 这个邀请码已经用过了。请让给您邀请码的人再发一个。
cases-invite-expired = 这个邀请码过期了。请让给您邀请码的人再发一个。
cases-invite-tries = 试的次数太多了，请一小时后再试，或联系给您邀请码的人。
cases-invite-bound = 这个聊天已经绑定了另一位工作人员，不能再绑定。

cases-birth-month = 只写了年月。请写到哪一天，像“2018-02-15”，或者填上身份证号。
cases-import-too-long = 表格太长了，一次最多 { $count } 行。请分成几份。
cases-import-no-header = 没找到写着“姓名”的那一行。请在前 10 行里写上各列的名称。
cases-import-not-a-sheet = 这个文件打不开。请用 .xlsx 或 .csv 格式。
cases-import-empty = 这一格不能空着。
cases-import-long = 这一格太长了，最多写 { $count } 个字。
cases-post-long = 职务太长了，最多 { $count } 个字。请重新发：姓名 电话 职务。
cases-import-sex = 性别请写“男”或“女”。
cases-import-kind = 儿童类别没看懂，请写留守、孤儿、事实无人抚养、残疾、重病、贫困等。
cases-import-word = 这一格没看懂，或者写了不能放在一起的几样。可以写：{ $words }。
cases-import-count = 这里请写人数，例如 5。
cases-import-year = 这里请写年龄或出生年份，例如 68 或 1958。
cases-import-number = 这里的号码被表格当成了数字，后几位可能已经丢了。请把这一列设成“文本”，再重新填。
cases-import-role = 岗位请写“儿童主任”“儿童督导员”或“县级民政”。
cases-import-role-missing = 看不出是儿童主任还是儿童督导员。请加一列“岗位”，或写明村名。
cases-import-town = 这里要写明乡镇（街道）。
cases-import-village = 没有这个村，或者有重名。请写“镇名+村名”或 12 位区划代码。
cases-import-id-differs = 和身份证号里写的不一样，请核对。
cases-import-twice = 和第 { $row } 行是同一个身份证号。
cases-import-known = 这个身份证号已经有档案了。
cases-import-refused = 表里还有 { $count } 处要改，一行都没有录入。改好后请再发一次。

cases-column-number = 编号
cases-column-filed-at = 提交时间
cases-column-filed-by = 填表人
cases-column-entry = 第几个
cases-column-question = 题目
cases-column-answer = 回答
cases-column-count = 份数或数值
cases-column-file-no = 档案号
cases-column-area = 村（社区）
cases-column-name = 姓名
cases-column-sex = 性别
cases-column-birth-date = 出生日期
cases-column-id-no = 身份证号
cases-column-kinds = 儿童类别
cases-column-risk-level = 风险等级
cases-column-carer = 实际照料人
cases-column-carer-phone = 照料人电话
cases-column-school = 学校
cases-column-last-visit = 上次走访
cases-column-next-visit = 最迟下次走访
cases-column-visited-on = 走访日期
cases-column-mode = 方式
cases-column-child-seen = 见到本人
cases-column-severity = 级别
cases-column-triggers = 提醒
cases-column-review = 审核
cases-review-accepted = 已接受
cases-review-returned = 退回补问
cases-column-situations = 情形
cases-column-state = 进度
cases-column-opened-at = 报告时间
cases-column-police-at = 报警时间
cases-column-police-receipt = 有无受案回执
cases-column-closed-at = 结案时间
cases-column-close-reason = 结案原因

cases-file-too-large = 文件太大了。照片请不超过 10 MB，文档不超过 20 MB。
cases-file-kind = 只能保存照片（JPG、PNG、WebP）、语音和录音、视频（MP4）、PDF、Word 和 Excel。
cases-file-broken = 这张照片打不开，请重新拍一张发来。

error-forgotten = 这份档案已按规定删除，不能再打开。

task-visit_returned = 走访退回，补问几项
task-risk_decide = 确定风险等级
task-visit_review = 看走访登记
task-matter_approve = 转介待审批
task-delegation_expiring = { $late ->
    [0] 委托照护快到期
   *[other] 委托照护已到期
}
task-referral_unanswered = 转介还没回音
task-matter_due = 到期要办
task-village_vacant = 村里没有在岗的儿童主任
task-training_due = 培训到期
task-summary_due = 上个月的月报还没交
task-file_stale = 档案很久没更新

cases-import-worker-known = 这个人在名册里已经有了，或者在表里写了两次。
cases-import-code-twice = 和第 { $row } 行是同一个区划代码。

cases-export-children = 儿童台账
cases-export-visits = 走访记录
cases-export-cases = 个案清单
cases-export-note = { $title }　编号 { $number }　{ $who }于 { $day } 导出。含未成年人个人信息，只供工作使用，{ $until } 前销毁。
cases-export-console = 系统管理员
cases-export-file = 请给一个以 .xlsx 或 .csv 结尾的文件名。
cases-export-repeats = 这张表里有可以填几次的部分，一张 .csv 放不下，请用 .xlsx。
cases-export-totals = 汇总
cases-total-least = 最小
cases-total-most = 最大
cases-total-mean = 平均
cases-export-words-left-out = 　当事人自己的话不在这份表里，请在单位电脑上导出。
cases-value-yes = 是
cases-value-no = 否
cases-closed-safe_at_home = 家里能照料
cases-closed-placed = 已安置
cases-closed-found = 孩子找到
cases-closed-criminal = 公安立案
cases-closed-resolved = 已解决
cases-closed-transferred = 已移交
cases-closed-false_alarm = 误报
cases-closed-duplicate = 重复
cases-closed-drill = 演练
cases-closed-other = 其他

paper-made = { $who }　{ $day } 打印。含未成年人个人信息，请妥善保管。
paper-sign = 填写人（签名）：________________　　日期：________________
paper-child = 儿童档案（一人一档案）
paper-child-law = 依据：民发〔2019〕34号 附件3-2
paper-file-no = 档案号
paper-village = 村（社区）
paper-photo = 已存，在孩子的档案里打开
paper-about = 档案
paper-risk = 风险等级
paper-last-visit = 上次走访
paper-next-visit = 最迟下次走访
paper-basic = 基本情况
paper-events = 经过
paper-police = 向公安机关报告的情况
paper-police-law = 依法履行强制报告（《未成年人保护法》第十一条、民发〔2019〕34号 附件3-5）
paper-police-told = 报告内容
paper-police-place = 地点
paper-police-time = 报告时间
paper-police-what = 发生了什么
paper-police-child = 孩子
paper-police-answer = 公安机关受理情况
paper-police-at = 报警时间
paper-police-station = 接警单位
paper-police-officer = 接警人
paper-police-receipt = 受案回执编号
paper-signatures = 签名
paper-matter-no = 编号
paper-matter-child = 孩子
paper-matter-due = 到哪天
paper-delegation = 委托照护记录（委托监护确认书）
paper-delegation-law = 依据：民发〔2019〕34号 附件3-3；《未成年人保护法》第二十二条、第二十三条。委托不改变父母的监护责任。
paper-delegation-signed = 父母（委托人）、受委托的人、村（居）委会见证人、日期
paper-substitute = 委托代养记录（委托协议）
paper-substitute-law = 依据：民发〔2019〕34号 一-(二)：救助保护机构抚养照料儿童能力不足的，可就近委托儿童福利机构代为养育并签订委托协议。
paper-substitute-signed = 救助保护机构、儿童福利机构、日期
paper-referral = 转介单
paper-referral-law = 依据：民发〔2019〕34号 四-(三)
paper-referral-signed = 转介人、接收单位、接收人、日期
paper-conference = 个案会商记录
paper-conference-law = 依据：民发〔2019〕34号 附件1-5
paper-conference-signed = 主持人、参加人、记录人、日期
paper-letter = 致用人单位的一封信
paper-letter-1 = 贵单位：
paper-letter-2 = 贵单位有一位员工（姓名请手写：________________）在外务工，孩子留在老家，由受委托的人照料。
paper-letter-3 = 民发〔2019〕34号 三-(三) 提出，引导企业督促员工依法履行对未成年子女的监护责任。请提醒这位员工：《未成年人保护法》第二十三条要求外出的父母每周至少和孩子、受委托的人联系一次。
paper-letter-4 = 孩子生病、上学有事或者过节的时候，请尽量给这位员工方便，让他（她）能联系、能回家。谢谢！

task-approval_ending = { $late ->
    [0] 查看档案的授权快到期
   *[other] 查看档案的授权已到期
}
task-export_approve = 有人申请导出，待审批
cases-guard-own-approval = 自己的申请要由别的负责人来批。没有别的负责人，请管理员在单位的电脑上办。
cases-guard-approval = 这次导出还没有批准。
cases-guard-used = 这份导出已经取走了，需要的话请重新申请。
cases-guard-expired = 这个申请过期了，请重新申请。

cases-audit-month = 月份
cases-audit-action = 操作
cases-audit-purpose = 用途
cases-audit-area = 乡镇
cases-audit-count = 次数
cases-audit-note = { $year } 年未成年人个人信息处理日志统计。日志末端 { $head }
cases-guard-not-left = 这个孩子没有减员，不用恢复。
cases-guard-village = 请选本县的另一个村（社区）。
cases-guard-off-ledger = 这个孩子不在册，要先恢复在册。
task-area_ended = 代码已停用，分配孩子
cases-import-successor = 改成的代码要是同一级的、表里有的或已经录入的另一个代码。
cases-import-file = 没有这个档案号。
paper-bases = 记录依据（《个人信息保护法》第十三条）
paper-summary = 儿童主任工作月报
paper-summary-law = 依据：民发〔2019〕34号 附件3-1
paper-summary-signed = 儿童主任、村（居）委会签收、日期
cases-import-left = 【{ $sheet }】没有读：{ $why }
cases-import-hidden = 这是隐藏的工作表。要录入的，请先取消隐藏。
cases-import-refused-some = 表里还有 { $count } 处要改，有错的表一行都没有录入；别的表已录入。改好后只发有错的那张。
paper-matter-office = 转到哪个部门
