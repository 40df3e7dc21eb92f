// Package settle decides what to do about a call whose reply was lost: when to ask for its
// job, when the server can be believed that it has none, and when it is too late to conclude
// anything. To ask, and to send the call again, is for its owner.
package settle

import (
	"time"

	"github.com/zstack-go/zstack-go/internal/poll"
)

const (
	// Limit is how long it is tried to settle a call whose context has no
	// deadline: longer than a network stumbles, and bearable for who waits.
	Limit = 15 * time.Second
	// lateLimit is how long a job that the server does not know is asked for where the
	// call must not be sent again: it can still be on its way.
	lateLimit = 10 * time.Second
)

// A server checks a job uuid and stores the job in two steps. While it stands still,
// a call can wait between them whose connection has broken, and the server says that
// it knows no such job: a second sending then runs as well as the first. So the
// server has to show that it does not stand still before a call is sent again.
const (
	// restLimit is how long after a sending broke off its job must be unknown.
	restLimit = 3 * time.Second
	// absenceGap is how far apart the server has to say so twice.
	absenceGap = time.Second
	// promptLimit is how soon it has to say so each time.
	promptLimit = 500 * time.Millisecond
)

// A Case is one call whose reply was lost.
type Case struct {
	broke      time.Time     // when the last sending broke off
	absent     time.Time     // when the server first said that it knows no such job; zero for not yet
	resent     int           // how often the call was sent again and its reply lost
	questions  int           // since a sending
	retryAfter time.Duration // how long the server wants to be left alone
}

// New begins a case now. retryAfter is how long the server wants to be left alone, here and
// elsewhere; negative when it does not say.
func New(retryAfter time.Duration) *Case {
	return &Case{broke: time.Now(), retryAfter: retryAfter}
}

// Pause returns how long to wait before the next question.
func (c *Case) Pause() time.Duration {
	pause := poll.Backoff(c.questions)
	c.questions++
	switch since := time.Since(c.broke); {
	case !c.absent.IsZero():
		pause = absenceGap - time.Since(c.absent)
	case since < restLimit:
		pause = min(pause, restLimit-since)
	}
	return max(pause, c.retryAfter)
}

// Asked notes that a question was asked, and how long the server wants to be left alone
// after it.
func (c *Case) Asked(retryAfter time.Duration) { c.retryAfter = retryAfter }

// Doubt takes back that the server has said that it knows no such job.
func (c *Case) Doubt() { c.absent = time.Time{} }

// IsLate reports whether a call that must not be sent again has been asked for long enough.
func (c *Case) IsLate() bool { return time.Since(c.broke) > lateLimit }

// IsGone reports whether the server can be believed that it knows no such job, as it says in
// a reply to a question, which was sent at a time and took some.
func (c *Case) IsGone(sentAt time.Time, took time.Duration) bool {
	switch {
	case took > promptLimit:
		c.Doubt()
		return false
	case sentAt.Sub(c.broke) < restLimit:
		return false
	case c.absent.IsZero():
		c.absent = time.Now()
		return false
	}
	return sentAt.Sub(c.absent) >= absenceGap
}

// Resent notes that the call was sent again.
func (c *Case) Resent() { c.absent, c.questions = time.Time{}, 0 }

// Lost notes that the reply to that was lost too.
func (c *Case) Lost(retryAfter time.Duration) {
	c.retryAfter, c.broke = retryAfter, time.Now()
	c.resent++
}

// Times returns how often the call was sent again and its reply lost.
func (c *Case) Times() int { return c.resent }
