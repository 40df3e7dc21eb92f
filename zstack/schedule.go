package zstack

import (
	"math/rand/v2"
	"sync"
	"time"
)

const (
	// leastPoll is the first pause before a poll, and the shortest one.
	leastPoll = 20 * time.Millisecond
	// mostPoll is the longest pause between the polls for a job: what waiting adds to
	// one that takes hours.
	mostPoll = 3500 * time.Millisecond
	// agePart is the part of a job's age that the next pause is.
	agePart = 5
	// mostSkip is how far polls are left out because calls of the action took longer
	// before: what that costs when this one does not.
	mostSkip = time.Second
)

// A schedule says when to ask for jobs. Each client has one, which remembers how long
// the jobs of each action took.
type schedule struct {
	mu    sync.Mutex
	known map[string]span // by action
}

// A span is how long the jobs of an action take: the mean of late ones, and how far
// they are off it.
type span struct{ mean, deviation time.Duration }

// note remembers how long a job took.
func (s *schedule) note(action string, took time.Duration) {
	if action == "" {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.known == nil {
		s.known = make(map[string]span)
	}
	k, before := s.known[action]
	if !before {
		k = span{took, took / 4}
	}
	off := took - k.mean
	k.mean += off / 4
	k.deviation += (max(off, -off) - k.deviation) / 4
	s.known[action] = k
}

// pause is how long to wait before asking for a job of this age again. It is a fifth
// of the age, so that waiting adds little to jobs of any length. A job that usually
// takes some time is asked for less often before that, and more often around it.
func (s *schedule) pause(action string, age time.Duration) time.Duration {
	pause := min(max(age/agePart, leastPoll), mostPoll)
	s.mu.Lock()
	k, before := s.known[action]
	s.mu.Unlock()
	if before {
		deviation := max(k.deviation, k.mean/20)
		switch early, late := k.mean-2*deviation, k.mean+2*deviation; {
		case age < early:
			pause = min(early-age, max(pause, mostSkip))
		case age < late:
			pause = min(pause, deviation/2)
		}
	}
	return jittered(max(pause, leastPoll))
}

// jittered is a pause up to a tenth shorter or longer, so that jobs that began
// together are not asked for together.
func jittered(d time.Duration) time.Duration {
	return d - d/10 + rand.N(d/5+1)
}
