# 填表：按钮和说明
form-still = 不改：{ $value }
form-as-it-was = 不改，回去核对
form-month-short = { $month }月
form-month = { $year }年{ $month }月
form-weekday-1 = 一
form-weekday-2 = 二
form-weekday-3 = 三
form-weekday-4 = 四
form-weekday-5 = 五
form-weekday-6 = 六
form-weekday-7 = 日
form-afresh = 重新排
form-section-line = { $label }：{ $answer }
form-how-image = 请拍一张照片，或从相册选一张发来。
form-how-audio = 请按住话筒说一段话发来。
form-how-video = 请拍一段视频发来。
form-how-file = 请把文件发来。
form-how-geopoint = 点📎里的“位置”发来；发不了就写“纬度 经度”。
form-how-geotrace = 一行写一个点：纬度 经度，至少两个点。
form-how-geoshape = 一行写一个点：纬度 经度，沿着边走一圈，至少三个点。
form-how-barcode = 请把码上的数字或字母打出来。
form-how-rank = 按重要的先后一个一个点。
form-how-range = 从 { $start } 到 { $end }，点一个，或把数打出来。
form-how-long = 共{ $count }项。用 ‹ › 翻页，也可以打几个字来找。
form-how-none = 这一题眼下没有可选的，点“跳过”就行。
form-choice-line = { $number }. { $label }

# 改答案、删一条：先说清楚会少掉什么
form-falls-head = 「{ $label }」改成：{ $answer }
form-falls = 改了以后，下面{ $count }条回答就用不上，会去掉：
form-falls-line = ✗ { $label }：{ $answer }
form-falls-sure = 确认改
form-falls-keep = 不改
form-falls-done = 好的，已经改了。
form-falls-kept = 好的，没有改。
form-entry = 第{ $number }条 { $section } { $words }（{ $count }个回答）
form-entry-drop = 删一条
form-entry-none = 不删，回去
form-entry-which = 要删哪一条？
form-entry-sure = 删掉第{ $entry }条吗？这些回答会一起去掉：
form-entry-yes = 确认删掉
form-entry-dropped = 已删掉这一条。

# 提交前要您定的
settle-head = 您填表的时候，别人改过这一项：{ $field }
settle-theirs = 档案里现在是：{ $value }（{ $who }，{ $when }）
settle-mine = 您填的是：{ $value }
settle-take-mine = 用我填的：{ $value }
settle-take-theirs = 保留档案里的：{ $value }
twin-head = 可能已经有这个孩子的档案。是同一个孩子吗？
twin-line = { $who } · { $file }（{ $how }）
twin-elsewhere = 别的乡镇也有一份（{ $how }），您看不到。请先问一问督导员。
twin-same_id = 身份证号一样
twin-same_name_and_birth = 姓名和出生日期一样
twin-same_name_nearby = 同名，年纪相近
twin-same = 是同一个：{ $who }
twin-other = 不是，另建档案
newchild-done = 已建档：{ $who } · { $file }
newchild-filled = 已补到原来的档案：{ $who }。原来写着的没有动。
newchild-visit = 首次走访最迟：{ $date }
newchild-open = 打开档案

# 委托照护（委托监护确认书）
delegation-done = 委托照护已登记，编号 { $number }。
delegation-read = 请念给双方听：{ $givers } 因不能在家，把 { $child } 委托给 { $taker } 照护，从 { $since } 到 { $until }。父母每周至少和孩子联系一次。
delegation-duty = 监护责任始终是父母的。纸上写全名，双方签字。到期前30天会提醒您。
delegation-barred = 法律规定这样的人不能受委托，没有办理。请另找合适的人；正在通知督导员。
delegation-unsigned = ❗ 确认书还没签。请约双方来签，签好再登记一次。
delegation-school = ❗ 还要书面告诉学校（幼儿园）。
delegation-village = ❗ 还要书面告诉村（居）委会。
substitute-done = 委托代养已登记，编号 { $number }，到 { $until } 为止，到期前30天会提醒。
substitute-unsigned = ❗ 协议还没签。签好后打开这一件，点“记为：已签”。
substitute-ask = ❗ 请再听一听孩子自己的意见。

# 转介
referral-done = 转介已提出：{ $office }，编号 { $number }。
referral-next = 督导员同意后发出；{ $date } 前没有回音会提醒您。
referral-office-civil_affairs = 民政部门
referral-office-police = 公安（派出所）
referral-office-education = 教育部门、学校
referral-office-justice = 司法行政（法律援助）
referral-office-human_resources = 人力资源社会保障
referral-office-health = 卫生健康
referral-office-disabled_federation = 残联
referral-office-women_federation = 妇联
referral-office-youth_league = 共青团（12355）

# 求助
help-passed = 收到，编号 { $number }。正在通知乡镇儿童督导员，请等人联系您。
help-promise = 能不能批由民政等部门按规定审核，我们不能保证结果。
help-not-passed = 您没有同意转告，我们没有告诉任何人。可以直接问我怎么办理，或拨打12345。
help-call = 📞 看求助人的电话
help-kept = 记下了，会一起交上去。请先答这一题，点一个就行。
help-phone = 求助人电话：{ $phone }。看过请回电，回完在这里记一笔。
help-no-phone = 求助人没有留电话。

# 自己的表单
own-done = 「{ $title }」已提交，编号 { $number }。
own-changed = { $who }的档案：
own-left = 您填表的时候档案里已经改过，没有覆盖，保留现在的内容：{ $fields }
own-not-written = 没有写进档案：{ $who }
own-nobody = 没有找到这个孩子的档案，或者不归您管，没有更新：{ $who }
own-twin = 已经有像同一个孩子的档案，没有再建：{ $who }。请在“我的孩子”里找，或者用“新登记儿童”登记。

# 填表菜单和草稿
menu-forms = 填表
menu-ask-help = 找人帮忙
forms-head = 要填哪一份？
forms-of-child = 走访、委托照护、转介，请先在“我的孩子”里选孩子。
filechange-done = 档案已更正，改前改后都在“全部记录”里。
filechange-birth = 身份证号上的出生日期和档案里的对不上。请检查号码；出生日期也错了，就在“改哪几项”里一起选上。
forms-new-child = 新登记儿童
forms-ask-help = 求助登记
forms-quiz = 业务自测（走访、档案、报告、监护、政策）
forms-drafts = 草稿（{ $count }）
forms-delegation = 委托照护
forms-referral = 转介
forms-other = 其他表单
forms-of = { $who }：要填哪一份？
forms-anew = 另填一份
forms-one-waits = 您有没填完的，接着填，还是另填一份？
drafts-none = 现在没有草稿。
drafts-head = 草稿（{ $count }份），点一份接着填：
drafts-drop = 🗑 不要了
drafts-drop-sure = 不要这份草稿了吗？{ $what }，填过的内容会删掉。
drafts-old = 这份草稿{ $days }天没动了：{ $what }。接着填，还是不要了？
case-plan-write = 写清楚安排

# 表单存进档案的值
value-child_types-de_facto_unsupported = 事实无人抚养
value-child_types-orphan_dispersed = 散居孤儿
value-child_types-poor_guardianship = 监护不当
value-child_types-poverty = 贫困家庭
value-child_types-disability = 残疾
value-child_types-serious_illness = 重病
value-child_types-street_child = 流浪
