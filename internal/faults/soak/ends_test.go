package main

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestNoCallMeetsTwoEnds(t *testing.T) {
	t.Parallel()
	ended := 0
	e := &ends{endSessions: func() { ended++ }}
	e.want()
	require.Zero(t, ended, "the clients have no sessions")
	e.begin(0)(true)
	first := e.begin(0)
	e.begin(1)(true)
	require.Zero(t, ended, "the first call began before the other client had a session")
	first(true)
	require.Equal(t, 1, ended)

	across := e.begin(0) // and has not been sent when the sessions end
	e.begin(0)(true)
	e.begin(1)(true)
	e.want()
	require.Equal(t, 1, ended)
	across(false)
	require.Equal(t, 2, ended)

	before := e.begin(0)
	e.want()
	e.begin(1)(true)
	e.begin(0)(false)
	require.Equal(t, 2, ended, "one client may not have noticed the end")
	e.begin(0)(true)
	require.Equal(t, 2, ended, "one call may have met the end")
	before(true)
	require.Equal(t, 3, ended)
}
