package conformance

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

var (
	hexUUID   = regexp.MustCompile(`[0-9a-f]{32}`)
	dashed    = regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`)
	timestamp = regexp.MustCompile(`^[A-Z][a-z]{2} \d{1,2}, \d{4},? \d{1,2}:\d{2}:\d{2}.[AP]M$`)
)

// free are the members whose values nothing in the recording determines: how long
// something took, where in the server an error was made, its words in the server's
// language, numbers that the database counts, addresses and host names that are chosen at
// random, and how much is in use.
var free = map[string]bool{
	"cost": true, "details": true, "elaboration": true, "location": true, "messages": true, "i18nDetails": true, "opaque": true, "id": true,
	"internalId": true, "ip": true, "mac": true, "ipInLong": true, "ipInBinary": true, "internalName": true, "installPath": true, "primaryStorageInstallPath": true,
	"AccessKeyID": true, "AccessKeySecret": true, "MillionSeconds": true, "Seconds": true, "time": true, "executeTime": true,
	"availableCpuCapacity": true, "availableMemoryCapacity": true, "availableCapacity": true, "availablePhysicalCapacity": true, "metaData": true, "token": true, "port": true, "iscsiInitiatorName": true, "nqn": true,
}

// A translation maps what a recording calls things to what a node calls them.
type translation struct {
	ours map[string]string
	// known are the UUIDs that the replay has seen, those of the site included.
	known map[string]bool
}

// translate puts a node's names into what is sent to it.
func (tr *translation) translate(text string) string {
	text = strings.ReplaceAll(text, "%27", "'") // The digits would pass for those of a UUID.
	return hexUUID.ReplaceAllStringFunc(text, func(uuid string) string {
		if own, ok := tr.ours[uuid]; ok {
			return own
		}
		return uuid
	})
}

// learn notes which UUIDs stand in the same places, where all else is the same.
func (tr *translation) learn(recorded, got string) {
	a, b := hexUUID.FindAllString(recorded, -1), hexUUID.FindAllString(got, -1)
	if len(a) != len(b) || hexUUID.ReplaceAllString(recorded, "") != hexUUID.ReplaceAllString(got, "") {
		return
	}
	for i := range a {
		if _, ok := tr.ours[a[i]]; !ok && !tr.known[a[i]] {
			tr.ours[a[i]] = b[i]
			tr.known[a[i]] = true
		}
	}
}

// compare appends how what a node answered differs from what was recorded.
func (tr *translation) compare(path string, recorded, got any, diffs *[]string) {
	note := func(format string, args ...any) {
		*diffs = append(*diffs, fmt.Sprintf("%s: ", path)+fmt.Sprintf(format, args...))
	}
	switch want := recorded.(type) {
	case map[string]any:
		have, ok := got.(map[string]any)
		if !ok {
			note("got %s", short(got))
			return
		}
		for _, name := range slices.Sorted(maps.Keys(want)) {
			at := strings.TrimPrefix(path+"."+name, ".")
			value, ok := have[name]
			switch {
			case !ok:
				*diffs = append(*diffs, at+": missing")
			case name == "schema":
				tr.compareSchemas(want[name], value, diffs)
			case name == "uuid" || strings.HasSuffix(name, "Uuid"):
				tr.learnAny(want[name], value)
				tr.compare(at, want[name], value, diffs)
			case free[name]:
				tr.learnAny(want[name], value)
			default:
				tr.compare(at, want[name], value, diffs)
			}
		}
		for _, name := range slices.Sorted(maps.Keys(have)) {
			if _, ok := want[name]; !ok {
				*diffs = append(*diffs, strings.TrimPrefix(path+"."+name, ".")+": not on the node")
			}
		}
	case []any:
		have, ok := got.([]any)
		if !ok {
			note("got %s", short(got))
			return
		}
		tr.compareLists(path+"[]", want, have, diffs)
	case string:
		have, ok := got.(string)
		switch {
		case !ok:
			note("want %s, got %s", short(want), short(got))
		case timestamp.MatchString(want):
			if !timestamp.MatchString(have) {
				note("want a time, got %s", short(have))
			}
		default:
			if strings.HasPrefix(want, "java.") {
				return
			}
			want, have = dashed.ReplaceAllString(want, "-"), dashed.ReplaceAllString(have, "-")
			tr.learn(want, have)
			if tr.translate(want) != have {
				note("want %s, got %s", short(want), short(have))
			}
		}
	default:
		if recorded != got {
			note("want %s, got %s", short(recorded), short(got))
		}
	}
}

// learnAny is learn for values that may be no strings.
func (tr *translation) learnAny(recorded, got any) {
	a, ok1 := recorded.(string)
	b, ok2 := got.(string)
	if ok1 && ok2 {
		tr.learn(a, b)
	}
}

// compareLists compares elements with those of the same UUID or name, and others in their
// order. Elements that steps left behind which were kept back are passed over.
func (tr *translation) compareLists(path string, want, have []any, diffs *[]string) {
	rest := slices.Clone(have)
	take := func(same func(map[string]any) bool) (any, bool) {
		for i, e := range rest {
			if m, ok := e.(map[string]any); ok && same(m) {
				rest = slices.Delete(rest, i, i+1)
				return e, true
			}
		}
		return nil, false
	}
	var left []any
	for _, e := range want {
		m, ok := e.(map[string]any)
		if !ok {
			left = append(left, e)
			continue
		}
		found, ok := any(nil), false
		if uuid, is := m["uuid"].(string); is {
			found, ok = take(func(o map[string]any) bool { return o["uuid"] == tr.translate(uuid) })
		}
		if name, is := m["name"].(string); !ok && is && name != "" {
			found, ok = take(func(o map[string]any) bool { return o["name"] == name })
		}
		if !ok {
			left = append(left, e)
			continue
		}
		tr.compare(path, m, found, diffs)
	}
	for _, e := range left {
		if len(rest) > 0 {
			best := tr.nearest(path, e, rest)
			tr.compare(path, e, rest[best], diffs)
			rest = slices.Delete(rest, best, best+1)
			continue
		}
		if m, ok := e.(map[string]any); ok {
			if uuid, is := m["uuid"].(string); is && !tr.known[uuid] {
				continue
			}
		}
		*diffs = append(*diffs, path+": missing "+short(e))
	}
	for _, e := range rest {
		*diffs = append(*diffs, path+": not on the node "+short(e))
	}
}

// nearest is which of some elements differs least from one that was recorded.
func (tr *translation) nearest(path string, want any, have []any) int {
	best, fewest := 0, -1
	for i, e := range have {
		trial := translation{ours: maps.Clone(tr.ours), known: maps.Clone(tr.known)}
		var diffs []string
		trial.compare(path, want, e, &diffs)
		if fewest < 0 || len(diffs) < fewest {
			best, fewest = i, len(diffs)
		}
		if fewest == 0 {
			break
		}
	}
	return best
}

// compareSchemas compares which classes stand at which places, wherever in a list.
func (tr *translation) compareSchemas(recorded, got any, diffs *[]string) {
	want, have := classes(recorded), classes(got)
	for _, c := range want {
		if !slices.Contains(have, c) {
			*diffs = append(*diffs, "schema: missing "+c)
		}
	}
	for _, c := range have {
		if !slices.Contains(want, c) {
			*diffs = append(*diffs, "schema: not on the node "+c)
		}
	}
}

var index = regexp.MustCompile(`\[\d+\]`)

func classes(schema any) []string {
	m, _ := schema.(map[string]any)
	var list []string
	for path, class := range m {
		list = append(list, index.ReplaceAllString(path, "[]")+" "+fmt.Sprint(class))
	}
	slices.Sort(list)
	return slices.Compact(list)
}

func short(v any) string {
	const most = 60
	text := fmt.Sprintf("%v", v)
	if len(text) > most {
		text = text[:most] + "..."
	}
	return text
}
