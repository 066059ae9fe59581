# 表单的话：答案不合要求时怎么说，表单文件有错时怎么说

forms-invalid = 这个回答不合要求，请再试一次。
forms-own-message = { $text }
forms-broken = 这个表单有错，用不了。
forms-expression = 表达式“{ $expression }”有错：{ $reason }
forms-unknown-form = 没有这个名字的表单。

forms-required = 这一题必须回答。
forms-constraint = 这个回答不在允许的范围内，请检查后再答。
forms-need-integer = 请回答一个整数，例如 3 或“三”。
forms-need-number = 请回答一个数字，例如 3 或 2.5。
forms-need-date = 请回答日期，例如“昨天”、11-20 或 2026年11月20日。
forms-need-time = 请回答时间，例如 15:30 或“下午三点半”。
forms-need-moment = 请回答日期和时间，例如“昨天下午三点”或 11-20 15:30。
forms-need-place = 请发一个位置，或者写“纬度 经度”，例如 27.91 112.94。
forms-need-ok = 看过后请按“知道了”，或者回答“好”。
forms-need-file = 这一题要发{ $kind ->
    [image] 照片
    [audio] 语音
    [video] 视频
   *[file] 文件
}，请直接发过来。
forms-need-range = 请回答 { $start } 到 { $end } 之间的数，每 { $step } 一档。
forms-not-a-choice = 没有这个选项，请按下面的选项回答，写编号或名称都行。
forms-choose = 没看懂，请按选项回答，写编号（1 到 { $count }）或名称都行。
forms-choose-more = 没看懂，可以选几个：写编号，用顿号或空格隔开，例如“1、3”。
forms-several-fit = “{ $text }”对得上好几个选项：{ $labels }。请写编号或写全名称。
forms-rank-all = 请把每个选项都排上，从最重要的写起，例如“2、1、3”。
forms-need-text = 请写几个字。
forms-all-answered = 已经答完了，请看一遍再提交。
forms-no-question = 现在没有这一题了。
forms-readonly = 这一题现在只能看，不能填。

forms-no-model = 这不是一个完整的 XForm：缺少 model 或 body。
forms-not-xml = 这个文件不是正确的 XML：{ $reason }
forms-no-file = 打不开文件 { $path }：{ $reason }
forms-unknown-kind = 不认识“{ $kind }”这种文件，请用 .xlsx、.xls、.csv、.md 或 .xml。
forms-bind-nowhere = 路径“{ $path }”在表单里没有对应的项。
forms-bad-expression = “{ $name }”的 { $column } 写错了：{ $expression }（{ $reason }）
forms-bad-function = “{ $name }”的 { $column } 用了没有的函数 { $function }()。
forms-unfinished = “{ $name }”的 { $column } 没写完：{ $expression }
forms-slip-wide = “{ $name }”的 { $column } 里有全角的“{ $wrong }”，请换成半角的 { $right }：{ $expression }
forms-slip-write = “{ $name }”的 { $column } 里，{ $wrong } 要写成 { $right }：{ $expression }
forms-slip-quote = “{ $name }”的 { $column } 里少了一个引号：{ $expression }
forms-slip-bracket = “{ $name }”的 { $column } 里括号不成对：{ $expression }
forms-slip-parts = “{ $name }”的 { $column } 里，{ $function }() 的括号里要写 { $most } 项，用逗号隔开：{ $expression }
forms-slip-between = “{ $name }”的 { $column } 里，{ $function }() 的括号里要写 { $least } 到 { $most } 项，用逗号隔开：{ $expression }
forms-bare-word = “{ $name }”的 { $column } 里，{ $word } 如果是文字，要加引号写成 '{ $word }'；如果是另一道题，要写成 { $reference }。现在会当作空的。
forms-missing-node = “{ $name }”的 { $column } 用到了“{ $path }”，表单里没有这一项，会当作空的。
forms-cycle = 这些项互相依赖，绕成了圈：{ $names }
forms-too-large = 文件太大了，最多 { $most } MB。
forms-encoding = 看不懂这个文件的文字编码，请另存为 UTF-8。
forms-entities = 这个 XML 里有实体声明，为安全不读取；请去掉后再试。
forms-bad-list = 名单文件 { $path } 读不了，请检查内容。
forms-too-deep = 分组套得太深了，请减少层数。
forms-count-too-large = “{ $name }”的重复次数太多，最多 { $most } 次。
forms-too-many = 次数太多了，最多 { $most } 次，请改小一点。
forms-pyxform = { $sentence }

forms-note-points = “{ $name }”要在地图上画：聊天里改为逐个写“纬度 经度”，用分号隔开。
forms-note-range = “{ $name }”是滑动条：聊天里改为回答一个数。
forms-note-barcode = “{ $name }”是扫码：聊天里改为把码上的数字打出来。
forms-note-draw = “{ $name }”要在屏幕上画或签名：聊天里改为发一张照片。
forms-note-map = “{ $name }”要在地图或图片上选：聊天里改为从列表里选，或发一个位置。
forms-note-calendar = “{ $name }”用别的历法：聊天里一律用公历。
forms-note-app = “{ $name }”要打开别的应用：聊天里改为自己填写。
forms-note-search = “{ $name }”用 search() 筛选：聊天里会列出全部选项；请改用 choice_filter。
forms-note-list = 名单“{ $name }”没有随表单一起给；表单里也没有哪一题用它。
forms-list-missing = “{ $name }”要用的名单文件 { $file } 不在表单旁边，请放进同一个文件夹。
forms-list-column = “{ $name }”按“{ $column }”这一列筛选，名单 { $list } 里没有这一列，那里只有：{ $columns }。
forms-list-value = “{ $name }”的选项取自名单 { $list } 的“{ $column }”这一列，那里没有这一列，只有：{ $columns }。
forms-note-action = “{ $action }”要手机自动完成：聊天里不会执行。

forms-lint-type = 不认识的题型“{ $type }”，请检查 type 一栏。
forms-lint-list = choices 表里没有“{ $list }”这个选项组。
forms-lint-no-name = 这一行没有写 name。
forms-lint-name = 名字“{ $name }”不能用：要以字母开头，只用字母、数字、下划线、点和横线。
forms-lint-reference = 用到了 ${"{"}{ $name }{"}"}，但没有叫这个名字的行。
forms-lint-end = 这里的 end { $kind } 没有对应的 begin { $kind }。
forms-lint-begin = 这里的 begin { $kind } 没有对应的 end { $kind }。
forms-lint-open = “{ $text }”里的 ${"{"} 没有用 {"}"} 收尾。
forms-lint-blanks = “{ $text }”的括号里不能有空格，要写成 ${"{"}{ $name }{"}"}。
forms-lint-double = 名字“{ $name }”在第 { $first } 行已经用过，同一组里不能重名。
forms-lint-no-list = 这个选项没有写属于哪个选项组（list_name）。
forms-lint-no-value = 选项组“{ $list }”的这个选项没有写 name。
forms-lint-value-twice = 选项组“{ $list }”里的“{ $value }”在第 { $first } 行已经有了。
forms-need-geotrace = 请一行写一个点，例如 30.12 114.25，至少两个点。
forms-need-geoshape = 请一行写一个点，例如 30.12 114.25，沿着边至少三个点。
forms-note-inward = “{ $name }”这一组问不问，要看它里面的题：开始时不问，要等条件里别的部分成立。
forms-note-media = “{ $name }”的标签带图片、声音或视频：聊天里只有文字。
forms-note-default = “{ $name }”的默认值不在选项里，会当作还没填。
forms-note-default-type = “{ $name }”的默认值“{ $value }”不是{ $kind ->
    [int] 整数
    [decimal] 数字
    [date] 日期（写成 2026-11-20）
    [time] 时间（写成 15:30:00）
    [dateTime] 日期和时间（写成 2026-11-20T15:30:00+08:00）
   *[other] 位置（写成 30.12 114.25）
}，当作没有填。
forms-column = 不认识“{ $column }”这一列，下面写的不起作用。
forms-column-near = 不认识“{ $column }”这一列，下面写的不起作用；是不是 { $near }？
forms-sensitive = “{ $name }”的 sensitive 写了“{ $value }”，当作 yes：填的内容不再显示。可以写 yes 或 no。
forms-role = roles 里的“{ $word }”不认识，可以写：{ $known }。
forms-about = about 里的“{ $word }”不认识：关于一个孩子的表写 child，别的不写。
forms-note-dataset = entities 表写的是“{ $name }”；系统只有 children（孩子的档案），写进别的不会存成档案。
forms-note-property = 档案里没有“{ $name }”这一项：会存下，但卡片和名单上看不到。
forms-note-value = 档案的“{ $name }”不认得这些值：{ $values }；会存下，但卡片上只显示英文。
forms-note-log = “{ $name }”记录填表的每一步：聊天里不做这个记录。
forms-note-key = 表单用了加密密钥：聊天里不用它，回答由系统自己的密钥加密保存。
