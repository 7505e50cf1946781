# Sourced by the tests here: one line per check, a plain total at the end.
passed=0 failed=0

# check SENTENCE COMMAND...: the sentence is true if the command succeeds.
check() {
    local sentence=$1 output
    shift
    if output=$("$@" 2>&1); then
        passed=$((passed + 1))
        echo "ok - $sentence"
    else
        failed=$((failed + 1))
        echo "not ok - $sentence"
        [ -z "$output" ] || sed 's/^/    # /' <<<"$output" | tail -n 20
    fi
}

# within SECONDS COMMAND...: succeeds as soon as the command does. Fails, with what it last said, when time is up.
within() {
    local end output
    end=$((${EPOCHREALTIME/[.,]/} + $1 * 1000000))
    shift
    until output=$("$@" 2>&1); do
        if [ "${EPOCHREALTIME/[.,]/}" -gt "$end" ]; then
            echo "$output"
            return 1
        fi
        sleep 0.05
    done
}

fails() { ! "$@"; }

total() {
    echo "$passed passed, $failed failed"
    [ "$failed" = 0 ]
}
