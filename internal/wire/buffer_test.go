package wire

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"
)

func TestReadAll(t *testing.T) {
	t.Parallel()
	for _, size := range []int{0, 1, smallBody - 1, smallBody, smallBody + 1, largeBody - 1, largeBody, 3*largeBody + 7} {
		want := bytes.Repeat([]byte("0123456789abcdef\n"), size/17+1)[:size]
		for _, length := range []int64{-1, 0, 1, int64(size) - 1, int64(size), int64(size) + 1, 2 * int64(size), math.MaxInt64} {
			t.Run(fmt.Sprintf("%d bytes said to be %d", size, length), func(t *testing.T) {
				t.Parallel()
				for _, r := range []io.Reader{bytes.NewReader(want), iotest.HalfReader(bytes.NewReader(want)), iotest.DataErrReader(bytes.NewReader(want))} {
					got, err := ReadAll(r, length)
					require.NoError(t, err)
					require.True(t, bytes.Equal(want, got))
					Recycle(got)
				}
			})
		}
	}
}

func TestReadAllEndsWithAnError(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	got, err := ReadAll(io.MultiReader(strings.NewReader("begun"), iotest.ErrReader(broken)), 100)
	require.ErrorIs(t, err, broken)
	require.Equal(t, "begun", string(got))
}

// How long the last reply was decides how buffers grow, and nothing else.
func TestReadAllAfterRepliesOfAllSizes(t *testing.T) {
	t.Parallel()
	for _, size := range []int{30 << 20, 1, 5 << 20, 1 << 20, 1<<20 + 1, 30<<20 + 7, 2 << 20, 0} {
		want := bytes.Repeat([]byte("0123456789"), size/10+1)[:size]
		got, err := ReadAll(bytes.NewReader(want), -1)
		require.NoError(t, err)
		require.True(t, bytes.Equal(want, got), size)
	}
}
