package wire

import "time"

// recentTimes are timestamps that were read before: what was made together has
// the same one.
type recentTimes [64]recentTime

type recentTime struct {
	text   [len("Nov 14, 2017, 10:20:57\u202fPM")]byte
	length int
	time   time.Time
}

// parse reads a timestamp as ParseTime does. The location is the same each time.
func (r *recentTimes) parse(text []byte, loc *time.Location) (time.Time, error) {
	if len(text) == 0 || len(text) > len(r[0].text) {
		return ParseTime(text, loc)
	}
	slot := &r[hash(text)%uint64(len(r))]
	if string(slot.text[:slot.length]) == string(text) {
		return slot.time, nil
	}
	t, err := ParseTime(text, loc)
	if err == nil {
		slot.length = copy(slot.text[:], text)
		slot.time = t
	}
	return t, err
}
