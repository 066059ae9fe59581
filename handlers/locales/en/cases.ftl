# The case record: who may see it, what is filled in wrongly, why something cannot be done

cases-conflict = Someone else changed the same item while you were writing. Please look at it and change it again. What you wrote is kept.
cases-reason-needed = This child is not in your charge. Please choose why you open the file.
cases-area-code = A division code has 2, 4, 6, 9 or 12 digits.
cases-role-unknown = There is no such role. Use child_director, child_supervisor, county_officer or guardian.
cases-birth-date = The birth date was not understood. Please write it like 2018-02-15.
cases-risk-level = The risk level is red, yellow, blue, green or not assessed.
cases-id-length = An ID number has 18 characters. Please check it.
cases-id-date = The birth date inside the ID number is not right. Please check it.
cases-id-check = The last character of the ID number does not fit; one may be mistyped. Please check it.
cases-text-kept = kept encrypted ({ $count } characters)

cases-denied-role = Someone in another role does this.
cases-denied-area = This is outside the area you are responsible for.
cases-denied-restricted = Only the reporter and those above can see this record.
cases-denied-hidden = This record cannot be opened now. Please ask the county civil affairs office.
cases-denied-unqualified = Before your first training is passed you cannot register children or visits (民发〔2019〕34号 二-(二)); please ask your supervisor (supervisors: the county) to record its result. You can always report an emergency.

cases-guard-closed = This case is closed.
cases-guard-use-close = Please use "Close" and choose a reason.
cases-guard-manager = A supervisor or the county takes this step.
cases-guard-police = There is no record of the police yet. Add when and whom you called before closing; for a false alarm choose "false alarm".
cases-guard-opener = Someone in another role begins this.
cases-guard-child = Please choose the child first.
cases-guard-topic = Please choose one of the listed items.
cases-guard-order = This step cannot follow now. Please look at where it stands.
cases-guard-reason = Please write a reason, so that it can be looked up later.
cases-guard-successor = The successor must hold the same post and be responsible for this area.
cases-guard-own-training = Someone above you notes your training.
cases-guard-readers = Nobody in your area is due for training; there is nothing to send.
cases-guard-merged = These two files cannot be joined: they are one, or were joined already.
cases-guard-open-case = This child has an open case. Please close it first.

cases-delegate-barred = The law bars such a person from being entrusted with a child ({ $source }). Please find someone suitable and tell the supervisor.

cases-invite-done = You are connected.
cases-invite-wrong = The invite code is not right. Please check it and send it again.
cases-invite-used = This invite code was used already. Please ask for a new one.
cases-invite-expired = This invite code has expired. Please ask for a new one.
cases-invite-tries = Too many tries. Please try again in an hour, or ask whoever gave you the code.
cases-invite-bound = This chat belongs to another worker already.

cases-birth-month = Only year and month are given. Please give the day, like 2018-02-15, or the ID number.
cases-import-too-long = The sheet is too long: at most { $count } rows at once. Please divide it.
cases-import-no-header = No row with the column "name" was found in the first 10 rows.
cases-import-not-a-sheet = This file cannot be read. Please use .xlsx or .csv.
cases-import-empty = This cell must not be empty.
cases-import-long = This cell is too long: { $count } characters at most.
cases-post-long = The post is too long: { $count } characters at most. Please send name, telephone and post again.
cases-import-sex = Please write 男 or 女 (male or female).
cases-import-kind = The kind of child was not understood.
cases-import-word = This cell was not understood, or says two things at once. It may say: { $words }.
cases-import-count = A number of people, please, such as 5.
cases-import-year = An age or a year of birth, please, such as 68 or 1958.
cases-import-number = The sheet took this number for a quantity and may have lost its last digits. Make the column text and enter it again.
cases-import-role = Write the role as 儿童主任, 儿童督导员 or 县级民政.
cases-import-role-missing = It is not clear whether this is a director or a supervisor. Please add a column “岗位”, or name the village.
cases-import-town = Please name the township here.
cases-import-village = There is no such village, or more than one. Write township and village, or the 12-digit code.
cases-import-id-differs = It differs from what the ID number says. Please check it.
cases-import-twice = The same ID number as in row { $row }.
cases-import-known = There is a file with this ID number already.
cases-import-refused = { $count } cells need mending; no row was taken in. Please send the sheet again afterwards.

cases-column-number = number
cases-column-filed-at = filed at
cases-column-filed-by = filed by
cases-column-entry = entry
cases-column-question = question
cases-column-answer = answer
cases-column-count = count or figure
cases-column-file-no = file
cases-column-area = village
cases-column-name = name
cases-column-sex = sex
cases-column-birth-date = birth date
cases-column-id-no = ID number
cases-column-kinds = kinds
cases-column-risk-level = risk level
cases-column-carer = caregiver
cases-column-carer-phone = caregiver's phone
cases-column-school = school
cases-column-last-visit = last visit
cases-column-next-visit = next visit at the latest
cases-column-visited-on = visited on
cases-column-mode = how
cases-column-child-seen = child seen
cases-column-severity = severity
cases-column-triggers = Warnings
cases-column-review = Review
cases-review-accepted = accepted
cases-review-returned = sent back
cases-column-situations = situations
cases-column-state = state
cases-column-opened-at = reported at
cases-column-police-at = police called at
cases-column-police-receipt = police receipt
cases-column-closed-at = closed at
cases-column-close-reason = reason of closing

cases-file-too-large = The file is too large: photos up to 10 MB, documents up to 20 MB.
cases-file-kind = Only photos (JPG, PNG, WebP), voice and sound, films (MP4), PDF, Word and Excel can be kept.
cases-file-broken = This photo cannot be opened. Please take it again.

error-forgotten = This file was deleted as the rules demand and cannot be opened.

task-visit_returned = Visit returned: ask again
task-risk_decide = Decide the level of risk
task-visit_review = Look at a visit
task-matter_approve = Referral waits for approval
task-delegation_expiring = { $late ->
    [0] Delegation of care ends soon
   *[other] Delegation of care has run out
}
task-referral_unanswered = Referral without an answer
task-matter_due = Due
task-village_vacant = Village without a child director
task-training_due = Training due
task-summary_due = Last month's summary not sent
task-file_stale = File not looked through for long

cases-import-worker-known = This person is on the roster already, or stands twice in the sheet.
cases-import-code-twice = The same division code as in row { $row }.

cases-export-children = Children's ledger
cases-export-visits = Visit records
cases-export-cases = List of cases
cases-export-note = { $title }, no. { $number }, exported by { $who } on { $day }. Holds personal data of minors, for work only; destroy by { $until }.
cases-export-console = the administrator
cases-export-file = Name a file that ends in .xlsx or .csv.
cases-export-repeats = Parts of this form are filled in several times; one .csv cannot hold them, use .xlsx.
cases-export-totals = Totals
cases-total-least = least
cases-total-most = most
cases-total-mean = mean
cases-export-words-left-out = { " " }What people said in their own words is not in this file; export it on an office computer.
cases-value-yes = yes
cases-value-no = no
cases-closed-safe_at_home = cared for at home
cases-closed-placed = placed in care
cases-closed-found = found
cases-closed-criminal = with police and justice
cases-closed-resolved = resolved
cases-closed-transferred = handed over
cases-closed-false_alarm = false alarm
cases-closed-duplicate = duplicate
cases-closed-drill = drill
cases-closed-other = other

paper-made = Printed by { $who } on { $day }. Holds personal data of minors: keep it safe.
paper-sign = Filled in by (signature): ________________    Date: ________________
paper-child = Child's file
paper-child-law = Basis: 民发〔2019〕34号 附件3-2
paper-file-no = File number
paper-village = Village
paper-photo = Kept; it opens on the card of the child
paper-about = File
paper-risk = Risk level
paper-last-visit = Last visit
paper-next-visit = Next visit at the latest
paper-basic = Particulars
paper-events = What happened
paper-police = Report to the police
paper-police-law = Mandatory report by law (Minors Protection Law art. 11, 民发〔2019〕34号 附件3-5)
paper-police-told = What is reported
paper-police-place = Place
paper-police-time = Reported at
paper-police-what = What happened
paper-police-child = Child
paper-police-answer = What the police did
paper-police-at = Called at
paper-police-station = Station
paper-police-officer = Officer
paper-police-receipt = Receipt number
paper-signatures = Signatures
paper-matter-no = Number
paper-matter-child = Child
paper-matter-due = Until
paper-delegation = Record of delegated care (委托监护确认书)
paper-delegation-law = By 民发〔2019〕34号 附件3-3; Law on the Protection of Minors, articles 22 and 23. Guardianship stays with the parents.
paper-delegation-signed = Parents、Delegated caregiver、Witness of the village committee、Date
paper-substitute = Record of care by an institution (agreement)
paper-substitute-law = Basis: 民发〔2019〕34号 一-(二): a rescue agency that lacks the means may entrust a welfare institution nearby, by written agreement.
paper-substitute-signed = Rescue agency, welfare institution, date
paper-referral = Referral
paper-referral-law = By 民发〔2019〕34号 四-(三)
paper-referral-signed = Referred by、Receiving office、Received by、Date
paper-conference = Case conference
paper-conference-law = By 民发〔2019〕34号 附件1-5
paper-conference-signed = Chair、Members、Minutes by、Date
paper-letter = Letter to an employer
paper-letter-1 = To whom it may concern:
paper-letter-2 = One of your staff (name by hand: ________________) works away from home; their child lives with a delegated caregiver.
paper-letter-3 = 民发〔2019〕34号 三-(三) asks employers to urge their staff to do their duty as guardians. Please remind them: article 23 of the Law on the Protection of Minors asks parents who are away to be in touch with child and caregiver at least once a week.
paper-letter-4 = When the child is ill, when school calls or at festivals, please make it easy for them to be in touch and to go home. Thank you.

task-approval_ending = { $late ->
    [0] Approval to open files ends soon
   *[other] Approval to open files has run out
}
task-export_approve = An export waits for approval
cases-guard-own-approval = Somebody else in charge has to approve this. Where there is nobody else, the administrator does it on the office’s computer.
cases-guard-approval = This export has not been approved yet.
cases-guard-used = This export was taken already; ask again if you need it.
cases-guard-expired = This request is too old; please ask again.

cases-audit-month = month
cases-audit-action = action
cases-audit-purpose = purpose
cases-audit-area = township
cases-audit-count = count
cases-audit-note = Handling of minors' data in { $year }, figures of the log. Its end: { $head }
cases-guard-not-left = This child has not left the ledger.
cases-guard-village = Please choose another village of this county.
cases-guard-off-ledger = This child is not on the ledger; put it back first.
task-area_ended = A code has ended: assign the children
cases-import-successor = What the code becomes must be another code of the same level, in this table or known already.
cases-import-file = There is no file with this number.
paper-bases = Basis of records (Personal Information Protection Law, article 13)
paper-summary = Monthly summary of the child director
paper-summary-law = By 民发〔2019〕34号 附件3-1
paper-summary-signed = Child director、Received by the village committee、Date
cases-import-left = { $sheet } was not read: { $why }
cases-import-hidden = It is hidden. Show it first if it is to be taken in.
cases-import-refused-some = { $count } places are still to be mended; of the sheets with mistakes no row was taken in, the others were. Send only the mended one.
paper-matter-office = Sent to
