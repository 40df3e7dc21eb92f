package poll

import (
	"math/rand/v2"
	"sync"
	"time"
)

const (
	// LeastPause is the first pause before a poll, and the shortest one.
	LeastPause = 20 * time.Millisecond
	// mostPause is the longest pause between the polls for a job: what waiting adds to
	// one that takes hours.
	mostPause = 3500 * time.Millisecond
	// agePart is the part of a job's age that the next pause is.
	agePart = 5
	// mostSkip is how far polls are left out because calls of the action took longer
	// before: what that costs when this one does not.
	mostSkip = time.Second
)

// A Schedule says when to ask for jobs. It remembers how long the jobs of each action
// took. The zero Schedule is ready to use.
type Schedule struct {
	mu    sync.Mutex
	spans map[string]span // by action
}

// A span is how long the jobs of an action take: the mean of late ones, and how far
// they are off it.
type span struct{ mean, deviation time.Duration }

// Note remembers how long a job of an action took; nothing for no action.
func (s *Schedule) Note(action string, took time.Duration) {
	if action == "" {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.spans == nil {
		s.spans = make(map[string]span)
	}
	k, before := s.spans[action]
	if !before {
		k = span{took, took / 4}
	}
	off := took - k.mean
	k.mean += off / 4
	k.deviation += (max(off, -off) - k.deviation) / 4
	s.spans[action] = k
}

// Pause returns how long to wait before asking for a job of this age again. It is a fifth
// of the age, so that waiting adds little to jobs of any length. A job that usually
// takes some time is asked for less often before that, and more often around it.
func (s *Schedule) Pause(action string, age time.Duration) time.Duration {
	pause := min(max(age/agePart, LeastPause), mostPause)
	s.mu.Lock()
	k, before := s.spans[action]
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
	return Jitter(max(pause, LeastPause))
}

// Jitter returns a pause up to a tenth shorter or longer, so that jobs that began
// together are not asked for together.
func Jitter(d time.Duration) time.Duration {
	return d - d/10 + rand.N(d/5+1)
}
