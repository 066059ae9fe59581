# Forms: buttons and how to answer
form-still = Keep: { $value }
form-as-it-was = Leave it, back to review
form-month-short = Month { $month }
form-month = { $year }-{ $month }
form-weekday-1 = Mo
form-weekday-2 = Tu
form-weekday-3 = We
form-weekday-4 = Th
form-weekday-5 = Fr
form-weekday-6 = Sa
form-weekday-7 = Su
form-afresh = Rank again
form-section-line = { $label }: { $answer }
form-how-image = Take a photo, or send one you have.
form-how-audio = Hold the microphone and send what you say.
form-how-video = Send a short film.
form-how-file = Send the file.
form-how-geopoint = Send “Location” from 📎; or write latitude and longitude.
form-how-geotrace = One point a line: latitude longitude, two points at least.
form-how-geoshape = One point a line: latitude longitude, along the border, three points at least.
form-how-barcode = Type the digits or letters of the code.
form-how-rank = Tap them one by one, the most important first.
form-how-range = From { $start } to { $end }: tap one, or type the number.
form-how-long = { $count } choices. Turn pages with ‹ ›, or type a few letters to find one.
form-how-none = There is nothing to choose from now: tap “Skip”.
form-choice-line = { $number }. { $label }

# Changing an answer, taking one out: first what it costs
form-falls-head = Change “{ $label }” to: { $answer }
form-falls = { $count } answers will no longer count and fall away:
form-falls-line = ✗ { $label }: { $answer }
form-falls-sure = Change it
form-falls-keep = Do not change
form-falls-done = All right, changed.
form-falls-kept = Nothing was changed.
form-entry = No. { $number } { $section } { $words } ({ $count } answers)
form-entry-drop = Take one out
form-entry-none = Leave them, back
form-entry-which = Which one shall be taken out?
form-entry-sure = Take out no. { $entry }? These answers go with it:
form-entry-yes = Take it out
form-entry-dropped = It was taken out.

# What you decide before handing in
settle-head = While you filled this in, somebody changed: { $field }
settle-theirs = The file now says: { $value } ({ $who }, { $when })
settle-mine = You say: { $value }
settle-take-mine = Take mine: { $value }
settle-take-theirs = Keep what the file says: { $value }
twin-head = There may be a file of this child already. Is it the same child?
twin-line = { $who } · { $file } ({ $how })
twin-elsewhere = Another township has one too ({ $how }) that you may not see. Please ask the supervisor first.
twin-same_id = same ID number
twin-same_name_and_birth = same name and date of birth
twin-same_name_nearby = same name, about the same age
twin-same = The same: { $who }
twin-other = Another child, make a file
newchild-done = File made: { $who } · { $file }
newchild-filled = Added to the file there was: { $who }. What it said was left alone.
newchild-visit = First visit by { $date } at the latest
newchild-open = Open the file

# Delegation of care
delegation-done = Delegation of care recorded, number { $number }.
delegation-read = Read it to both sides: { $givers }, unable to be at home, leave { $child } in the care of { $taker } from { $since } to { $until }. The parents contact the child at least once a week.
delegation-duty = Guardianship always stays with the parents. Full names and both signatures go on paper. You are reminded 30 days before the end.
delegation-barred = The law bars this person; nothing was recorded. Please find another; the supervisor is being told.
delegation-unsigned = ❗ The record is not signed yet. Have both sides sign, then record it again.
delegation-school = ❗ The school (kindergarten) still has to be told in writing.
delegation-village = ❗ The village committee still has to be told in writing.
substitute-done = The agreement is recorded as { $number }, until { $until }; a reminder comes 30 days before.
substitute-unsigned = ❗ It is not signed yet. When it is, open it and press “Note as: signed”.
substitute-ask = ❗ Please hear the child's own view.

# Referral
referral-done = Referral proposed: { $office }, number { $number }.
referral-next = It is sent once the supervisor agrees; you are reminded if there is no answer by { $date }.
referral-office-civil_affairs = Civil affairs
referral-office-police = Police
referral-office-education = Education, school
referral-office-justice = Justice (legal aid)
referral-office-human_resources = Human resources
referral-office-health = Health
referral-office-disabled_federation = Disabled Persons' Federation
referral-office-women_federation = Women's Federation
referral-office-youth_league = Youth League (12355)

# Asking for help
help-passed = Received, number { $number }. The township supervisor is being told; please wait for a call.
help-promise = The authorities decide by their rules; no result can be promised.
help-not-passed = You did not agree to pass it on, so nobody was told. You can ask me how to apply, or call 12345.
help-call = 📞 Show the caller's telephone
help-kept = Noted, it will be handed in with the rest. Please answer this first; one tap will do.
help-phone = Telephone: { $phone }. Please call back, then note it here.
help-no-phone = No telephone was left.

# Forms of your own
own-done = “{ $title }” handed in, number { $number }.
own-changed = The file of { $who }:
own-left = Somebody changed this in the file while you filled the form in; left as it stands there: { $fields }
own-not-written = Not written into a file: { $who }
own-nobody = No file of this child was found in your charge, nothing was updated: { $who }
own-twin = A file of what seems to be the same child is there already; none was begun for { $who }. Look under “My children”, or register with “New child”.

# The forms menu and drafts
menu-forms = Forms
menu-ask-help = Ask for help
forms-head = Which form?
forms-of-child = For a visit, a delegation or a referral, choose the child first.
filechange-done = The file has been put right; before and after stand in its timeline.
filechange-birth = The ID number states another date of birth than the file. Check the number; if the date is wrong as well, choose it too.
forms-new-child = Register a child
forms-ask-help = Ask for help
forms-quiz = Self-test (visits, files, reports, care, policy)
forms-drafts = Drafts ({ $count })
forms-delegation = Delegation
forms-referral = Referral
forms-other = Other forms
forms-of = { $who }: which form?
forms-anew = A fresh one
forms-one-waits = You have an unfinished one. Go on with it, or begin a fresh one?
drafts-none = There are no drafts.
drafts-head = Drafts ({ $count }); press one to go on:
drafts-drop = 🗑 Throw away
drafts-drop-sure = Throw this draft away? { $what }; what was filled in is deleted.
drafts-old = Nobody touched this draft for { $days } days: { $what }. Go on, or throw it away?
case-plan-write = Write the plan down

# Values that forms save
value-child_types-de_facto_unsupported = de facto unsupported
value-child_types-orphan_dispersed = orphan
value-child_types-poor_guardianship = improper guardianship
value-child_types-poverty = poor family
value-child_types-disability = disabled
value-child_types-serious_illness = gravely ill
value-child_types-street_child = street child
