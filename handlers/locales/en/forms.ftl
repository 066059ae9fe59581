# Words of forms: what to say when an answer does not fit, or a form is broken

forms-invalid = That answer does not fit. Please try again.
forms-own-message = { $text }
forms-broken = This form has errors and cannot be used.
forms-expression = The expression “{ $expression }” is wrong: { $reason }
forms-unknown-form = There is no form of that name.

forms-required = This question has to be answered.
forms-constraint = That answer is outside what is allowed. Please check it.
forms-need-integer = Please answer with a whole number, such as 3.
forms-need-number = Please answer with a number, such as 3 or 2.5.
forms-need-date = Please answer with a date, such as “yesterday”, 11-20 or 2026-11-20.
forms-need-time = Please answer with a time, such as 15:30.
forms-need-moment = Please answer with a date and time, such as 11-20 15:30.
forms-need-place = Please send a place, or write “latitude longitude”, such as 27.91 112.94.
forms-need-ok = When you have read it, press “OK” or answer “ok”.
forms-need-file = This question needs { $kind ->
    [image] a photo
    [audio] a voice message
    [video] a video
   *[file] a file
}. Please send it here.
forms-need-range = Please answer with a number from { $start } to { $end }, in steps of { $step }.
forms-not-a-choice = That is not one of the choices. Please answer with a number or name from the list.
forms-choose = Please answer with one of the choices: its number (1 to { $count }) or its name.
forms-choose-none = There is nothing to choose from now: please tap “Skip”.
forms-choose-more = Please answer with one or more numbers, such as “1 3”.
forms-several-fit = “{ $text }” fits several choices: { $labels }. Please write the number or the whole name.
forms-rank-all = Please put every choice in order, most important first, such as “2 1 3”.
forms-need-text = Please write a few words.
forms-all-answered = Everything is answered. Please read it over and submit.
forms-no-question = That question is not asked now.
forms-readonly = This question is only to be read now, not answered.

forms-no-model = This is not a whole XForm: its model or body is missing.
forms-not-xml = This file is not correct XML: { $reason }
forms-no-file = The file { $path } cannot be opened: { $reason }
forms-unknown-kind = Files of the kind “{ $kind }” are not known. Use .xlsx, .xls, .csv, .md or .xml.
forms-bind-nowhere = The path “{ $path }” leads to nothing in the form.
forms-bad-expression = The { $column } of “{ $name }” is wrong: { $expression } ({ $reason })
forms-bad-function = “{ $name }”: { $column } calls { $function }(), which does not exist.
forms-unfinished = “{ $name }”: { $column } is not finished: { $expression }
forms-slip-wide = The { $column } of “{ $name }” has the full-width “{ $wrong }”; write { $right } instead: { $expression }
forms-slip-write = In the { $column } of “{ $name }”, write { $right } instead of { $wrong }: { $expression }
forms-slip-quote = In the { $column } of “{ $name }” a quotation mark is missing: { $expression }
forms-slip-bracket = In the { $column } of “{ $name }” a bracket is missing: { $expression }
forms-slip-parts = In the { $column } of “{ $name }”, { $function }() takes { $most } parts, with commas between them: { $expression }
forms-slip-between = In the { $column } of “{ $name }”, { $function }() takes { $least } to { $most } parts, with commas between them: { $expression }
forms-bare-word = In the { $column } of “{ $name }”, write '{ $word }' in quotation marks if { $word } is a text, and { $reference } if it is another question. It counts as empty now.
forms-missing-node = The { $column } of “{ $name }” reads “{ $path }”, which the form does not have; it counts as empty.
forms-cycle = These depend on each other in a ring: { $names }
forms-note-ring = These set each other ({ $names }): an answer to one of them works the others out, going round once.
forms-too-large = The file is too large; at most { $most } MB.
forms-encoding = The text of this file is in an unknown encoding. Please save it as UTF-8.
forms-entities = This XML declares entities, which are not read for safety. Please remove them.
forms-bad-list = The list file { $path } cannot be read. Please check what is in it.
forms-too-deep = Groups are nested too deeply. Please use fewer levels.
forms-count-too-large = “{ $name }” repeats too often; at most { $most } times.
forms-too-many = That is too many; at most { $most }. Please answer with a smaller number.
forms-pyxform = { $sentence }

forms-note-points = “{ $name }” is drawn on a map: in the chat, “latitude longitude” pairs are written, separated by semicolons.
forms-note-range = “{ $name }” is a slider: in the chat, a number is typed.
forms-note-barcode = “{ $name }” scans a code: in the chat, the code is typed.
forms-note-draw = “{ $name }” is drawn or signed on a screen: in the chat, a photo is sent.
forms-note-map = “{ $name }” is picked on a map or picture: in the chat, from a list, or a place is sent.
forms-note-calendar = “{ $name }” uses another calendar: the chat uses the Gregorian one.
forms-note-app = “{ $name }” opens another app: in the chat, it is filled in by hand.
forms-note-search = “{ $name }” filters by search(): the chat lists every choice; use choice_filter instead.
forms-note-list = The list “{ $name }” does not come with the form; no question uses it.
forms-list-missing = “{ $name }” needs the list file { $file }, which is not beside the form; put it into the same folder.
forms-list-column = “{ $name }” is filtered by the column “{ $column }”, which the list { $list } does not have; it has: { $columns }.
forms-list-value = The choices of “{ $name }” are in the column “{ $column }” of the list { $list }, which has no such column; it has: { $columns }.
forms-note-action = “{ $action }” is done by a phone by itself: the chat does not do it.

forms-lint-type = The question type “{ $type }” is unknown. Please check the type column.
forms-lint-list = The choices sheet has no list “{ $list }”.
forms-lint-no-name = This row has no name.
forms-lint-name = The name “{ $name }” cannot be used: it begins with a letter and has only letters, digits, underscores, dots and hyphens.
forms-lint-reference = ${"{"}{ $name }{"}"} is used, but no row has that name.
forms-lint-end = This end { $kind } has no begin { $kind }.
forms-lint-begin = This begin { $kind } has no end { $kind }.
forms-lint-open = In “{ $text }” a ${"{"} is not closed with {"}"}.
forms-lint-blanks = No blanks between the braces of “{ $text }”: write ${"{"}{ $name }{"}"}.
forms-lint-double = The name “{ $name }” already stands in row { $first }; names in one group must differ.
forms-lint-no-list = This choice does not say which list it belongs to (list_name).
forms-lint-no-value = This choice of the list “{ $list }” has no name.
forms-lint-value-twice = The list “{ $list }” already has “{ $value }” in row { $first }.
forms-need-geotrace = Write one point a line, such as 30.12 114.25, at least two.
forms-need-geoshape = Write one point a line, such as 30.12 114.25, at least three along the border.
forms-note-inward = Whether the group { $name } is asked depends on a question inside it: it begins closed, until another part of its condition holds.
forms-note-media = “{ $name }” has a picture, sound or film as its label: in the chat there are only the words.
forms-note-default = The default of “{ $name }” is none of its choices; it counts as not filled in.
forms-note-default-type = The default “{ $value }” of “{ $name }” is no { $kind ->
    [int] whole number
    [decimal] number
    [date] date (write 2026-11-20)
    [time] time (write 15:30:00)
    [dateTime] date and time (write 2026-11-20T15:30:00+08:00)
   *[other] place (write 30.12 114.25)
}; it counts as not filled in.
forms-column = The column “{ $column }” is not known; what stands below it does nothing.
forms-column-near = The column “{ $column }” is not known; what stands below it does nothing. Is { $near } meant?
forms-sensitive = The sensitive column of “{ $name }” says “{ $value }”, which counts as yes: what is answered is not shown again. Write yes or no.
forms-asked = The asked column of “{ $name }” says “{ $value }”, which counts as yes: it is asked in its turn. Write yes or no.
forms-role = “{ $word }” in roles is not known; write one of: { $known }.
forms-about = “{ $word }” in about is not known: write child for a form about one child, and nothing for any other.
forms-note-dataset = The entities sheet writes to “{ $name }”; only children (the files) is kept here, other lists are not.
forms-note-property = The file has no “{ $name }”: it is kept, but neither cards nor lists show it.
forms-note-value = The file’s “{ $name }” does not know these values: { $values }; they are kept, but shown as they are.
forms-note-log = “{ $name }” logs every step of filling in: the chat keeps no such log.
forms-note-key = The form has a key of its own: the chat does not use it; answers are sealed with the keys of the system.

forms-py-no-survey = The workbook needs a sheet named survey, with headings (type, name, label) in its first row.
forms-py-unreadable = This file cannot be opened: it is damaged, or no workbook. Please save it anew in Excel.
forms-py-no-headings = The first row of the sheet { $sheet_name } has to hold a heading for every column.
forms-py-heading-missing = The sheet { $sheet_name } lacks columns: { $missing }.
forms-py-heading-twice = “{ $other }” and “{ $header }” are the same column; remove one.
forms-py-heading-double = The column “{ $header }” is there twice; remove one.
forms-py-no-type = This row has a question and no type.
forms-py-no-choices = There are selects and no choices sheet: it needs the columns list_name, name and label.
forms-py-no-calculation = “{ $name }” is a calculate: write into calculation what is worked out.
forms-py-no-label = “{ $name }” has neither label nor hint: there is nothing to ask.
forms-py-name = The name in { $column } cannot be used: it begins with a letter or underscore and has only letters, digits, underscores, dots and hyphens.
forms-py-name-twice = “{ $name }” is there already; choose another name.
forms-py-case = “{ $name }” differs from another name only in capitals; exports are easily mixed up.
forms-py-meta = No question can be named meta: the form keeps that name for itself.
forms-py-repeat-data = No repeat can be named data; choose another name.
forms-py-repeat-twice = Another repeat is named “{ $name }” already; choose another name.
forms-py-repeat-label = The repeat “{ $name }” has no label: “add another?” cannot say of what.
forms-py-reference = A ${"{"}…{"}"} in { $column } is wrong: between the braces stands the name of one question.
forms-py-reference-list = Part the ${"{"}…{"}"} in { $column } with commas.
forms-py-reference-twice = Several rows are named “{ $name }”, so ${"{"}{ $name }{"}"} could be any of them; give them different names.
forms-py-hidden-trigger = “{ $name }” is not asked, so it cannot trigger “{ $other }”.
forms-py-background = A background-geopoint needs a trigger and no calculation; the chat does not locate by itself.
forms-py-parameters = Write parameters as name=value with blanks between them, such as start=1 end=10.
forms-py-parameters-unknown = This type has no parameter “{ $rejected }”; it has: { $accepted }.
forms-py-number = The parameter { $name } has to be a number.
forms-py-true-false = The parameter { $name } has to be true or false.
forms-py-seed = The parameter seed has to be a number or one ${"{"}…{"}"}, and needs randomize=true.
forms-py-quality = The parameter quality has to be voice-only, low, normal or external; the chat does not need it, remove it.
forms-py-app = The parameter app is wrong; the chat opens no other app, remove it.
forms-py-place = The parameters of this place question are wrong; the chat does not need them, remove them.
forms-py-log = The parameters of audit are wrong; the chat keeps no log of filling in, remove them.
forms-py-audit-name = Leave the name of the audit row empty.
forms-py-range-zero = The parameter { $name } cannot be 0.
forms-py-range-large = The parameter { $name } is larger than from start to end.
forms-py-ticks = The marks of the slider (tick_interval, placeholder, tick_labelset) are wrong; the chat has no slider, remove them.
forms-py-loop = After begin loop stands the name of a list of the choices sheet.
forms-py-external-sheet = select_one_external needs a sheet named external_choices, with the columns list_name, name and label.
forms-py-external-list = The external_choices sheet has no list “{ $list }”.
forms-py-file-ending = The name of the list file “{ $list }” has to end with .csv, .xml or .geojson.
forms-py-choice-blank = “{ $value }” in the list “{ $list }” has a blank: where several can be chosen, names of choices have none.
forms-py-choice-heading = The heading “{ $column }” is empty or has blanks; the column does nothing.
forms-py-choice-label = The choice “{ $name }” has no label; the chat shows its name.
forms-py-other = or_other goes only with a list of the choices sheet.
forms-py-other-filter = or_other and choice_filter do not go together: write “other” into the choices sheet.
forms-py-other-words = The “other” that or_other adds is in Chinese and English only; for another language write it into the choices sheet and add a text question.
forms-py-table-filter = In a table-list group there can be no choice_filter.
forms-py-table-lists = All questions of a table-list group use the same list; here are “{ $list }” and “{ $other }”.
forms-py-two-lists = Two different lists are named “{ $list }”; rename one.
forms-py-search-file = “{ $name }” uses a list file and search(); keep one of them.
forms-py-search-shared = “{ $name }” uses search(), others use the list “{ $list }” without: give it a list of its own.
forms-py-big-image = “{ $name }” has big-image without image; the chat shows no pictures with questions, remove it.
forms-py-skipped = This row has no type, name and label, so it is no question.
forms-py-two-ids = form_id and id_string in settings are the same; keep form_id.
forms-py-device = The chat knows neither telephone nor SIM card; this row stays empty.
forms-py-translation = The language “{ $language }” lacks columns in the sheet { $sheet }: { $columns }.
forms-py-language = Write the code behind the language { $languages }, such as English (en).
forms-py-sheet = There is no sheet named { $sheet }; there is { $candidates }: is it spelt wrongly?
forms-py-entity-none = There is a save_to and no entities sheet: add one that says which list it is saved to.
forms-py-entity-property-twice = Row { $other_row } saves to “{ $saveto }” already.
forms-py-entity-group = Groups and repeats cannot have a save_to; write it at a question inside.
forms-py-entity-list = The entities sheet has no list “{ $dataset }”.
forms-py-entity-label = Beginning a “{ $dataset }” needs a label; updating one needs an entity_id.
forms-py-entity-update = “{ $dataset }” is begun and updated: beside create_if and entity_id it needs update_if.
forms-py-entity-id = Updating “{ $dataset }” needs an entity_id.
forms-py-entity-prefix = With several rows in the entities sheet, save_to is written as list#property.
forms-py-entity-scope = Some of this list is inside a repeat and some outside: keep all in one place, or bring it there with a calculate.
forms-py-entity-hash = A save_to has at most one #.
forms-py-entity-columns = The entities sheet has columns that are not known: { $columns }.
forms-py-entity-twice = Two rows of the entities sheet are the same list (list_name).
forms-py-entity-nameless = This row of the entities sheet names no list (list_name).
forms-py-entity-name = The name in { $column } cannot be used: not name or label, no dot, no two underscores at the beginning.
forms-py-crash = This workbook cannot be read ({ $reason }); please check headings and types.
