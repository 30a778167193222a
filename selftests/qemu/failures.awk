# SPDX-License-Identifier: GPL-2.0-only
#
# Of the transcript of check.sh: each test that failed, by its program, and the first
# line of why. With -v programs=1 the programs alone, for KSW_TESTS=.

function failed(name) {
	n++
	if (!programs) {
		printf "# failed: %s\n", (program == "" ? "" : program ": ") name
		if (why != "")
			printf "#         %s\n", why
	} else if (program ~ /\.sh$/ && !(program in seen)) {
		seen[program] = 1
		printf "%s%s", sep, program
		sep = " "
	}
	why = ""
}

{ sub(/\r$/, "") }

/^# selftests: ksworker: / {
	program = substr($0, length("# selftests: ksworker: ") + 1)
	why = ""
	next
}

# a program's own
/^# not ok / && !/# SKIP/ {
	name = substr($0, 10)
	sub(/^[0-9]+ (- )?/, "", name)
	bad[program] = 1
	failed(name)
	next
}
/^# ok / { why = ""; next }
/^# # / { if (why == "") why = substr($0, 5) ; next }

/^(not )?ok [0-9]+ selftests: ksworker: / {
	# what it said itself is said
	if (/^not/ && (!(program in bad) || /TIMEOUT/)) {
		sub(/^not ok [0-9]+ selftests: ksworker: [^ ]* # /, "")
		failed("it ended badly: " $0)
	}
	program = ""
	why = ""
	next
}
# the judges'
/^not ok - / {
	name = substr($0, 10)
	p = name
	sub(/: .*/, "", p)
	was = program
	if (p ~ /\.sh$/) {
		program = p
		sub(/^[^:]*: /, "", name)
		# the same, in the words of the judge
		if (!(p in bad) || name ~ /no result|never ended|timed out/)
			failed(name)
	} else {
		program = ""
		failed(name)
	}
	program = was
	next
}
