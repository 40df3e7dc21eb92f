package creation_test

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/internal/creation"
)

func TestWeigh(t *testing.T) {
	t.Parallel()
	const (
		open, succeeded, stands, unclear = creation.Open, creation.Succeeded, creation.Stands, creation.Unclear
	)
	for _, tt := range []struct {
		finding creation.Finding
		want    [4]creation.Verdict // for a success, a failure, silence and an expired job
	}{
		{creation.There, [4]creation.Verdict{succeeded, succeeded, succeeded, succeeded}},
		{creation.UnderWay, [4]creation.Verdict{open, open, open, open}},
		{creation.Bare, [4]creation.Verdict{succeeded, succeeded, stands, stands}},
		{creation.Older, [4]creation.Verdict{stands, stands, stands, stands}},
		{creation.Untold, [4]creation.Verdict{stands, unclear, stands, stands}},
		{creation.Absent, [4]creation.Verdict{open, stands, open, stands}},
	} {
		for word, want := range tt.want {
			t.Run(fmt.Sprint(tt.finding, word), func(t *testing.T) {
				t.Parallel()
				require.Equal(t, want, new(creation.Inquiry).Weigh(&creation.Sight{Finding: tt.finding}, creation.Word(word), false))
			})
		}
	}
}

// What is not there is looked for again: for a second after a failure that can be the
// second run's, and for four seconds where the job did not fail.
func TestAbsenceHasToLast(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		word     creation.Word
		ranTwice bool
		after    time.Duration
		want     creation.Verdict
	}{
		"a success":             {creation.Success, false, 4 * time.Second, creation.Unclear},
		"silence":               {creation.Silence, false, 4 * time.Second, creation.Stands},
		"a failure that is one": {creation.Failure, false, 0, creation.Stands},
		"a failure of two runs": {creation.Failure, true, time.Second, creation.Stands},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				inquiry, seen := new(creation.Inquiry), &creation.Sight{Finding: creation.Absent}
				if tt.after > 0 {
					require.Equal(t, creation.Open, inquiry.Weigh(seen, tt.word, tt.ranTwice))
					time.Sleep(tt.after - time.Millisecond)
					require.Equal(t, creation.Open, inquiry.Weigh(seen, tt.word, tt.ranTwice))
					time.Sleep(time.Millisecond)
				}
				require.Equal(t, tt.want, inquiry.Weigh(seen, tt.word, tt.ranTwice))
			})
		})
	}
}
