package creation

import (
	"encoding/json"
	"time"
)

const (
	// AbsenceGap is how far apart two looks are that do not find the resource.
	AbsenceGap = time.Second
	// absenceLimit is how long it is looked for a resource that is not there and whose job
	// does not say that it failed.
	absenceLimit = 4 * time.Second
)

// A Verdict is what follows from the resource and from what the call's job says.
type Verdict int

// The verdicts.
const (
	Open      Verdict = iota // it is too early to say
	Succeeded                // the call made what is there
	Stands                   // what the job says
	Unclear                  // nobody can say
)

// A Word is what the call's job says of it.
type Word int

// The words.
const (
	Success Word = iota
	Failure
	Silence // it is unknown what became of the call
	Expired // the server knows no job
)

// An Inquiry is what the resource has said of the call so far.
type Inquiry struct {
	// Row is the resource as it was last seen; nil when it has not been.
	Row json.RawMessage
	// Over says that nothing is left to ask.
	Over bool

	absentSince time.Time // zero where it was there, or has not been looked for
}

// Weigh notes what was seen, and compares it with the word of the call's job. ranTwice
// says that the call may have run more than once.
func (i *Inquiry) Weigh(seen *Sight, word Word, ranTwice bool) Verdict {
	i.Row = seen.Row
	switch seen.Finding {
	case There:
		return Succeeded
	case UnderWay:
		i.absentSince = time.Time{}
		return Open
	case Bare:
		if word == Success || word == Failure {
			return Succeeded // since the job has ended
		}
	case Untold:
		if word == Failure {
			return Unclear
		}
	case Absent:
		return i.weighAbsence(word, ranTwice)
	}
	return Stands
}

func (i *Inquiry) weighAbsence(word Word, ranTwice bool) Verdict {
	if i.absentSince.IsZero() {
		i.absentSince = time.Now()
	}
	since := time.Since(i.absentSince)
	switch {
	case word == Failure && ranTwice && since < AbsenceGap:
		return Open
	case (word == Success || word == Silence) && since < absenceLimit:
		return Open
	case word == Success:
		return Unclear
	}
	return Stands
}
