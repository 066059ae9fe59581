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
forms-choose-none = 这一题眼下没有可选的，请点“跳过”。
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
forms-note-ring = 这些题互相填写（{ $names }）：答了其中一题，别的跟着算一遍，只算一圈。
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
forms-asked = “{ $name }”的 asked 写了“{ $value }”，当作 yes：照常问。可以写 yes 或 no。
forms-role = roles 里的“{ $word }”不认识，可以写：{ $known }。
forms-about = about 里的“{ $word }”不认识：关于一个孩子的表写 child，别的不写。
forms-note-dataset = entities 表写的是“{ $name }”；系统只有 children（孩子的档案），写进别的不会存成档案。
forms-note-property = 档案里没有“{ $name }”这一项：会存下，但卡片和名单上看不到。
forms-note-value = 档案的“{ $name }”不认得这些值：{ $values }；会存下，但卡片上只显示英文。
forms-note-log = “{ $name }”记录填表的每一步：聊天里不做这个记录。
forms-note-key = 表单用了加密密钥：聊天里不用它，回答由系统自己的密钥加密保存。

forms-py-no-survey = 表格里要有一张名叫 survey 的工作表，第一行是列名（type、name、label）。
forms-py-unreadable = 这个文件打不开：可能坏了，或者不是表格。请在 Excel 里另存一份。
forms-py-no-headings = { $sheet_name } 表的第一行要是列名，每一列都要有。
forms-py-heading-missing = { $sheet_name } 表缺少列：{ $missing }。
forms-py-heading-twice = “{ $other }”和“{ $header }”是同一列，去掉一个。
forms-py-heading-double = “{ $header }”这一列有两个，去掉一个。
forms-py-no-type = 这一行写了题目，没有写题型（type）。
forms-py-no-choices = 有选择题，可是没有 choices 表：要有 list_name、name、label 三列。
forms-py-no-calculation = “{ $name }”是 calculate，要在 calculation 列写怎么算。
forms-py-no-label = “{ $name }”没有 label，也没有 hint：没有要问的话。
forms-py-name = { $column } 里写的名字不能用：以字母或下划线开头，只能有字母、数字、下划线、点和短横。
forms-py-name-twice = “{ $name }”在同一处已经有了，换一个名字。
forms-py-case = “{ $name }”和另一个名字只差大小写，导出以后容易弄混。
forms-py-meta = 题目不能叫 meta，这个名字留给表单自己用。
forms-py-repeat-data = 重复的部分不能叫 data，换一个名字。
forms-py-repeat-twice = 已经有一个重复的部分叫“{ $name }”，换一个名字。
forms-py-repeat-label = 重复的部分“{ $name }”没有 label：问“再加一个吗”的时候说不出是什么。
forms-py-reference = { $column } 里的 ${"{"}…{"}"} 没有写对：括号里只写一个题目的 name。
forms-py-reference-list = { $column } 里有几个 ${"{"}…{"}"}，中间用英文逗号隔开。
forms-py-reference-twice = 有几行都叫“{ $name }”，不知道 ${"{"}{ $name }{"}"} 是哪一行；把名字改成不一样的。
forms-py-hidden-trigger = “{ $name }”不问人，不能用来触发“{ $other }”。
forms-py-background = background-geopoint 要写 trigger，不能写 calculation；聊天里不会自己定位。
forms-py-parameters = parameters 要写成 名=值，几个之间用空格隔开，如 start=1 end=10。
forms-py-parameters-unknown = 这种题没有参数“{ $rejected }”，可以写：{ $accepted }。
forms-py-number = 参数 { $name } 要写成数字。
forms-py-true-false = 参数 { $name } 只能写 true 或 false。
forms-py-seed = 参数 seed 要写成数字或一个 ${"{"}…{"}"}，并且和 randomize=true 一起写。
forms-py-quality = 参数 quality 只能写 voice-only、low、normal 或 external；聊天里用不着，去掉就行。
forms-py-app = 参数 app 不对；聊天里不打开别的程序，去掉就行。
forms-py-place = 位置题的参数不对；聊天里用不着，去掉就行。
forms-py-log = audit 的参数不对；聊天不记填写的过程，去掉就行。
forms-py-audit-name = audit 这一行的 name 空着。
forms-py-range-zero = 参数 { $name } 不能是 0。
forms-py-range-large = 参数 { $name } 比 start 到 end 还大。
forms-py-ticks = 滑块的刻度参数（tick_interval、placeholder、tick_labelset）不对；聊天里没有滑块，去掉就行。
forms-py-loop = begin loop 后面要写 choices 表里一个名单的名字。
forms-py-external-sheet = select_one_external 要有一张名叫 external_choices 的工作表，有 list_name、name、label 三列。
forms-py-external-list = external_choices 表里没有名单“{ $list }”。
forms-py-file-ending = 名单文件“{ $list }”要以 .csv、.xml 或 .geojson 结尾。
forms-py-choice-blank = 名单“{ $list }”里的“{ $value }”有空格：可以选几项的题，选项的 name 不能有空格。
forms-py-choice-heading = 列名“{ $column }”是空的或者有空格，这一列不起作用。
forms-py-choice-label = 选项“{ $name }”没有 label，聊天里显示它的 name。
forms-py-other = or_other 只能用 choices 表里的名单。
forms-py-other-filter = or_other 和 choice_filter 不能一起用：把“其他”写进 choices 表。
forms-py-other-words = or_other 自己加的“其他”只有中文和英文；别的语言要把“其他”写进 choices 表，再加一道 text 题。
forms-py-table-filter = table-list 的组里不能用 choice_filter。
forms-py-table-lists = table-list 的组里每一题要用同一个名单，这里有“{ $list }”和“{ $other }”。
forms-py-two-lists = 有两个不一样的名单都叫“{ $list }”，把一个改名。
forms-py-search-file = “{ $name }”又用名单文件又用 search()，只留一样。
forms-py-search-shared = “{ $name }”用 search()，别的题也用名单“{ $list }”却不用 search()：给它单独一个名单。
forms-py-big-image = “{ $name }”写了 big-image，没有写 image；聊天里题目不带图，去掉就行。
forms-py-skipped = 这一行没有题型、名字和题目，不算一题。
forms-py-two-ids = settings 里 form_id 和 id_string 是一样的，只留 form_id。
forms-py-device = 手机号和 SIM 卡号聊天里没有，这一行空着。
forms-py-translation = 语言“{ $language }”在 { $sheet } 表里缺少列：{ $columns }。
forms-py-language = 语言 { $languages } 要写上代码，如 中文 (zh)、English (en)。
forms-py-sheet = 没有名叫 { $sheet } 的工作表；有 { $candidates }，是不是名字写错了？
forms-py-entity-none = 写了 save_to，可是没有 entities 表：加一张，写明存进哪个名单。
forms-py-entity-property-twice = save_to 的“{ $saveto }”第 { $other_row } 行已经用了。
forms-py-entity-group = 组和重复的部分不能写 save_to，写在里面的题上。
forms-py-entity-list = entities 表里没有名单“{ $dataset }”。
forms-py-entity-label = 新建“{ $dataset }”要写 label；只更新就写 entity_id。
forms-py-entity-update = “{ $dataset }”又新建又更新：除了 create_if 和 entity_id，还要写 update_if。
forms-py-entity-id = 更新“{ $dataset }”要写 entity_id。
forms-py-entity-prefix = entities 表有几行时，save_to 要写成 名单#栏目。
forms-py-entity-scope = 这个名单的内容有的在重复的部分里、有的在外面：都放在同一处，或用 calculate 搬过去。
forms-py-entity-hash = save_to 里最多有一个 #。
forms-py-entity-columns = entities 表不认识这些列：{ $columns }。
forms-py-entity-twice = entities 表里有两行是同一个名单（list_name）。
forms-py-entity-nameless = entities 表的这一行没有写名单（list_name）。
forms-py-entity-name = { $column } 里写的名字不能用：不能叫 name 或 label，不能有点，不能以两条下划线开头。
forms-py-crash = 这张表读不出来（{ $reason }），请检查列名和题型。
