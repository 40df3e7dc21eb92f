package zstack_test

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/zstack"
	"github.com/zstack-go/zstack-go/zstack/zstacktest"
)

// A specimen is a row with a value of each kind.
type specimen struct {
	uuid, name string
	number     int64
	date       time.Time
	zone       string // its name; empty for none
}

// A trial is a condition and Go's own way to say whether a row meets it.
type trial struct {
	condition zstack.Condition
	text      string // the condition as it would be without Where's refusal
	holds     func(specimen) bool
}

// TestAcceptedConditionsSelectExactly compares what the simulated node selects,
// which reads conditions as the server does, with Go's own comparison, and makes
// sure that what is refused would have been read differently.
func TestAcceptedConditionsSelectExactly(t *testing.T) {
	t.Parallel()
	for seed := range uint64(3) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			d := dice{rand.New(rand.NewPCG(seed, 7))}
			zone := time.FixedZone("", 8*3600)
			node := zstacktest.New(zstacktest.WithSession(sessionUUID), zstacktest.WithLocation(zone))
			client := clientOf(t, node, zstack.WithCredentials(zstack.Session(sessionUUID)), zstack.WithLocation(zone), zstack.WithRateLimiter(zstack.NewRateLimiter(math.Inf(1))))
			rows := d.rows(node, 80)
			accepted, refused, met := 0, 0, 0
			for range 1500 {
				try := d.trial(rows[d.IntN(len(rows))])
				action := queryVM{Conditions: zstack.Where(try.condition)}
				if zstack.Validate(action) != nil {
					refused++
					require.True(t, isMisread(try), "%q is refused, and would be read as it is meant", try.text)
					continue
				}
				accepted++
				var result queryVMResult
				require.NoError(t, client.Call(t.Context(), action, &result), "%q", try.text)
				var got, want []string
				for _, vm := range result.Inventories {
					got = append(got, vm.UUID)
				}
				for _, row := range rows {
					if try.holds(row) {
						want = append(want, row.uuid)
						met++
					}
				}
				slices.Sort(got)
				slices.Sort(want)
				require.Equal(t, want, got, "%q", try.text)
			}
			require.Greater(t, accepted, 500)
			require.Greater(t, refused, 50)
			require.Greater(t, met, 1000)
		})
	}
}

type dice struct{ *rand.Rand }

// text is a name of pieces that mean something in a condition.
func (d dice) text() (s string) {
	pieces := []string{"a", "b", "=", "!", ">", "<", "~", "?", "%", "_", "is null", " ", "é", "&", "+", ",", "1", "'", "A"}
	for range 1 + d.IntN(4) {
		s += pieces[d.IntN(len(pieces))]
	}
	return s
}

func (d dice) rows(node *zstacktest.Node, n int) []specimen {
	zones := []string{"east", "west"}
	zoneUUIDs := make(map[string]string)
	for _, name := range zones {
		zoneUUIDs[name] = node.Add("Zone", map[string]any{"name": name})
	}
	rows := make([]specimen, n)
	for i := range rows {
		row := specimen{
			uuid: fmt.Sprintf("%032x", i), name: d.text(), number: d.Int64N(20) - 10,
			date: noon.Add(time.Duration(d.IntN(40)) * time.Second),
		}
		fields := map[string]any{"uuid": row.uuid, "name": row.name, "memorySize": row.number, "createDate": row.date}
		if d.IntN(3) > 0 {
			row.zone = zones[d.IntN(2)]
			fields["zoneUuid"] = zoneUUIDs[row.zone]
		}
		node.Add("VmInstance", fields)
		rows[i] = row
	}
	return rows
}

// trial makes a condition about values like those of a row.
func (d dice) trial(like specimen) trial {
	switch d.IntN(6) {
	case 0:
		return numbers(d, "memorySize", like.number, func(s specimen) int64 { return s.number })
	case 1:
		at := like.date.Add(time.Duration(d.IntN(3)-1) * time.Second)
		if d.IntN(2) == 0 {
			at = at.Add(time.Duration(d.IntN(1000)) * time.Millisecond)
		}
		return d.dates(at)
	case 2:
		return d.zones()
	case 3:
		return d.lists(like)
	case 4:
		pattern := like.name
		if d.IntN(2) == 0 {
			pattern = "%" + pattern[:len(pattern)/2] + "%"
		}
		return d.patterns(strings.ToValidUTF8(pattern, ""))
	default:
		return d.names(like.name)
	}
}

var orders = []struct {
	op    string
	make  func(string, any) zstack.Condition
	holds func(order int) bool
}{
	{"=", zstack.Eq, func(o int) bool { return o == 0 }},
	{"!=", zstack.NotEq, func(o int) bool { return o != 0 }},
	{">", zstack.Gt, func(o int) bool { return o > 0 }},
	{">=", zstack.Gte, func(o int) bool { return o >= 0 }},
	{"<", zstack.Lt, func(o int) bool { return o < 0 }},
	{"<=", zstack.Lte, func(o int) bool { return o <= 0 }},
}

func numbers(d dice, field string, value int64, of func(specimen) int64) trial {
	o := orders[d.IntN(len(orders))]
	return trial{o.make(field, value), field + o.op + strconv.FormatInt(value, 10), func(s specimen) bool { return o.holds(cmp.Compare(of(s), value)) }}
}

func (d dice) dates(at time.Time) trial {
	o := orders[d.IntN(len(orders))]
	return trial{o.make("createDate", at), "createDate" + o.op + at.Format(time.RFC3339Nano), func(s specimen) bool { return o.holds(s.date.Compare(at)) }}
}

func (d dice) names(name string) trial {
	o := orders[d.IntN(2)] // the order of strings is the database's affair
	return trial{o.make("name", name), "name" + o.op + name, func(s specimen) bool { return strings.EqualFold(s.name, name) == (o.op == "=") }}
}

func (d dice) patterns(pattern string) trial {
	var b strings.Builder
	for _, r := range pattern {
		switch r {
		case '%':
			b.WriteString(".*")
		case '_':
			b.WriteString(".")
		default:
			b.WriteString(regexp.QuoteMeta(string(r)))
		}
	}
	matches := regexp.MustCompile(`(?is)\A(?:` + b.String() + `)\z`).MatchString
	if d.IntN(2) == 0 {
		return trial{zstack.Like("name", pattern), "name~=" + pattern, func(s specimen) bool { return matches(s.name) }}
	}
	return trial{zstack.NotLike("name", pattern), "name!~=" + pattern, func(s specimen) bool { return !matches(s.name) }}
}

func (d dice) lists(like specimen) trial {
	values := []string{like.name, d.text()}
	text, is := strings.Join(values, ","), func(s specimen) bool {
		return slices.ContainsFunc(values, func(v string) bool { return strings.EqualFold(v, s.name) })
	}
	if d.IntN(2) == 0 {
		return trial{zstack.In("name", values...), "name?=" + text, is}
	}
	return trial{zstack.NotIn("name", values...), "name!?=" + text, func(s specimen) bool { return !is(s) }}
}

// zones are conditions on another resource, and on whether there is one.
func (d dice) zones() trial {
	switch d.IntN(4) {
	case 0:
		return trial{zstack.IsNull("zoneUuid"), "zoneUuid is null", func(s specimen) bool { return s.zone == "" }}
	case 1:
		return trial{zstack.NotNull("zoneUuid"), "zoneUuid not null", func(s specimen) bool { return s.zone != "" }}
	case 2:
		return trial{zstack.Eq("zone.name", "east"), "zone.name=east", func(s specimen) bool { return s.zone == "east" }}
	default:
		return trial{zstack.NotEq("zone.name", "east"), "zone.name!=east", func(s specimen) bool { return s.zone == "west" }}
	}
}

// isMisread reads a condition as the server does, and reports whether that is not
// what is meant, or cannot be said.
func isMisread(try trial) bool {
	meant := regexp.MustCompile(`\A([A-Za-z.]+)(!=|>=|<=|!\?=|!~=|~=|\?=|=|>|<)`).FindStringSubmatch(try.text)
	value := strings.TrimPrefix(try.text, meant[0])
	if strings.Contains(value, "'") {
		return true // which the server fails on
	}
	for _, op := range []string{"!=", ">=", "<=", "!?=", "!~=", "~=", "?=", "=", ">", "<", "is null", "not null"} {
		field, rest, ok := strings.Cut(try.text, op)
		if !ok {
			continue
		}
		for strings.HasPrefix(rest, op) {
			rest = rest[len(op):]
		}
		isList, isDate := strings.HasSuffix(op, "?="), meant[1] == "createDate"
		return field != meant[1] || op != meant[2] || rest != value ||
			isList && strings.Count(value, ",") != 1 || isDate && strings.Contains(value, ".")
	}
	return true
}
