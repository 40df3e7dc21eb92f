package zstack_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/zstack"
	"github.com/zstack-go/zstack-go/zstack/zstacktest"
)

// A petPage is a page of rows that can have subtypes.
type petPage struct {
	Inventories []pet `json:"inventories"`
	Total       int64 `json:"total"`
}

// large is a page so large that it is decoded while it arrives.
var large = zstack.WithPageSize(1000)

// A reply that is decoded while it arrives, on one request, must mean what it means when it
// is kept, which WithRaw asks for.
func TestRepliesMeanTheSameWhileTheyArrive(t *testing.T) {
	t.Parallel()
	rows := `{"inventories":[{"name":"a","friend":{"name":"b"},"toy":{"name":"c"}},{"name":"d","friends":[{},{"name":"e","age":7}]}],"total":9`
	for name, body := range map[string]string{
		"no schema":              rows + `}`,
		"no rows":                `{"inventories":[]}`,
		"a schema of no subtype": rows + `,"schema":{"inventories[0]":"test.Pet","inventories[1].friends[1]":"test.Cat","inventories[7]":"test.Dog"}}`,
		"unknown members typed":  `{"inventories":[{"name":"a","new":{"b":{}}}],"schema":{"inventories[0].new.b":"test.Dog","inventories[0].new":"test.New","inventories[0]":"test.Pet"}}`,
		"a null error":           rows + `,"error":null}`,
		"unknown members":        `{"success":true,"list":[{}],` + rows[1:] + `}`,
		"a subtype":              rows + `,"schema":{"inventories[1]":"test.Dog"}}`,
		"a subtype inside":       rows + `,"schema":{"inventories[1].friends[1]":"test.Dog"}}`,
		"an any":                 rows + `,"schema":{"inventories[0].toy":"test.Pet"}}`,
		"a member of a subtype":  rows + `,"schema":{"inventories[0].bone":"test.Pet","inventories[0]":"test.Dog"}}`,
		"a schema in front":      `{"schema":{"inventories[1]":"test.Dog"},` + rows[1:] + `}`,
		"an error":               rows + `,"error":{"code":"SYS.1006","description":"no"}}`,
		"a value of wrong kind":  `{"inventories":[{},{"friend":{"name":1}}]}`,
		"no list":                `{"inventories":{}}`,
		"null":                   `{"inventories":null}`,
		"nothing":                `{}`,
		"cut":                    rows,
		"text after it":          rows + `}x`,
		"HTML":                   `<html>`,
		"empty":                  ``,
	} {
		requireTheSameWhileItArrives(t, name, body)
		if len(body) > len(`{}`) && body[0] == '{' { // and so large that it is not in memory as a whole
			requireTheSameWhileItArrives(t, name+", large", `{"list":["`+strings.Repeat("x", 100<<10)+`"],`+body[1:])
		}
	}
}

func requireTheSameWhileItArrives(t *testing.T, name, body string) {
	t.Run(name, func(t *testing.T) {
		t.Parallel()
		var want, page petPage
		var raw json.RawMessage
		wantErr := clientOf(t, always(200, body)).Call(t.Context(), queryVM{Conditions: []string{}}, &want, zstack.WithRaw(&raw))
		rec := record(always(200, body))
		p := zstack.NewPager(clientOf(t, rec), queryVM{}, &page, large)
		p.Next(t.Context())
		require.Len(t, rec.requests(), 1)
		switch {
		case wantErr != nil:
			var got, expected *zstack.Error
			require.ErrorAs(t, wantErr, &expected)
			require.ErrorAs(t, p.Err(), &got)
			expected.JobUUID, got.JobUUID = "", ""
			require.Equal(t, expected, got)
		case want.Inventories == nil:
			require.ErrorContains(t, p.Err(), "inventories")
		default:
			require.NoError(t, p.Err())
			require.Equal(t, want, page)
		}
	})
}

// petsWithMuch is a reply with more than is kept of what only a subtype can have, which is
// what the schema says of the last row.
func petsWithMuch() string {
	const rows = 64
	row := `{"unknown":"` + strings.Repeat("x", 64<<10) + `"},`
	return `{"inventories":[` + strings.Repeat(row, rows) + `{"name":"a","age":7}],"schema":{"inventories[64]":"test.Dog"}}`
}

// Where too much would have to be kept while a reply arrives, it is asked for once more.
func TestRepliesThatAreKeptAfterAll(t *testing.T) {
	t.Parallel()
	rec := record(always(200, petsWithMuch()))
	var page petPage
	require.NoError(t, clientOf(t, rec).Call(t.Context(), queryVM{Conditions: []string{}}, &page))
	require.Len(t, rec.requests(), 2)
	require.Len(t, page.Inventories, 65)
	require.EqualValues(t, 7, page.Inventories[64].Concrete().(*dog).Age)

	rec = record(always(200, strings.Replace(petsWithMuch(), "test.Dog", "test.Pet", 1)))
	require.NoError(t, clientOf(t, rec).Call(t.Context(), queryVM{Conditions: []string{}}, &page))
	require.Len(t, rec.requests(), 1)
	require.Len(t, page.Inventories, 65)
}

// Other replies than results are read as they are for a Call.
func TestLargePagesThatFail(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		status int
		body   string
		is     string
	}{
		"an error":      {503, `{"error":{"code":"SYS.1006","description":"no"}}`, "SYS.1006"},
		"a bad request": {400, `bad`, "bad"},
		"no content":    {204, ``, "inventories"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := zstack.NewPager(clientOf(t, always(tt.status, tt.body)), queryVM{}, new(petPage), large)
			require.False(t, p.Next(t.Context()))
			require.ErrorContains(t, p.Err(), tt.is)
		})
	}
}

// petPages answers with n rows by offset, of which those from some on are dogs.
func petPages(n, dogs int) transport {
	return func(r *http.Request) (*http.Response, error) {
		var limit, start int
		_, _ = fmt.Sscan(r.URL.Query().Get("limit"), &limit)
		_, _ = fmt.Sscan(r.URL.Query().Get("start"), &start)
		var rows, schema []string
		for i := start; i < min(start+limit, n); i++ {
			rows = append(rows, fmt.Sprintf(`{"name":"%d","age":%d}`, i, i))
			if i >= dogs {
				schema = append(schema, fmt.Sprintf(`"inventories[%d]":"test.Dog"`, i-start))
			}
		}
		return reply(200, `{"inventories":[`+strings.Join(rows, ",")+`],"schema":{`+strings.Join(schema, ",")+`}}`)
	}
}

func TestLargePagesWithSubtypes(t *testing.T) {
	t.Parallel()
	rec := record(petPages(3500, 1500))
	var page petPage
	n := 0
	p := zstack.NewPager(clientOf(t, rec), queryVM{}, &page, large)
	for p.Next(t.Context()) {
		for i := range page.Inventories {
			row := &page.Inventories[i]
			require.Equal(t, fmt.Sprint(n), row.Name)
			if d, ok := row.Concrete().(*dog); n >= 1500 {
				require.True(t, ok)
				require.EqualValues(t, n, d.Age)
			}
			n++
		}
	}
	require.NoError(t, p.Err())
	require.Equal(t, 3500, n)
	require.Len(t, rec.requests(), 4)
}

// A schema in the middle of what arrives has not seen all that it is about.
func TestASchemaThatComesTooEarly(t *testing.T) {
	t.Parallel()
	pad := `"list_":["` + strings.Repeat("x", 100<<10) + `"]`
	for name, tt := range map[string]struct {
		body  string
		asked int
	}{
		"in front":                        {`{"schema":{"pets[0]":"test.Dog","any":"test.Pet"},` + pad + `,"pets":[{"age":1}],"any":{"name":"a"}}`, 1},
		"behind":                          {`{` + pad + `,"pets":[{"age":1}],"any":{"name":"a"},"schema":{"pets[0]":"test.Dog","any":"test.Pet"}}`, 1},
		"in the middle":                   {`{` + pad + `,"any":{"name":"a"},"schema":{"pets[0]":"test.Dog","any":"test.Pet"},"pets":[{"age":1}]}`, 2},
		"in front of what has no types":   {`{` + pad + `,"pets":[{"age":1}],"any":{"name":"a"},"schema":{"pets[0]":"test.Dog","any":"test.Pet"},"count":2}`, 1},
		"in front and in the middle":      {`{"schema":{"pets[0]":"test.Dog"},` + pad + `,"any":{"name":"a"},"schema":{"any":"test.Pet"},"pets":[{"age":1}]}`, 2},
		"twice, behind":                   {`{` + pad + `,"pets":[{"age":1}],"any":{"name":"a"},"schema":{"pets[0]":"test.Dog"},"schema":{"any":"test.Pet"}}`, 1},
		"with what is escaped and spaced": {`{` + pad + `,"pets" : [ { "age" : 1 } ] , "any" : { "name" : "a" } , "schema" : { "p\u0065ts[0]" : "test.\u0044og" , "any" : "test.Pet" } }`, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rec, s := record(always(200, tt.body)), new(shelter)
			require.NoError(t, clientOf(t, rec).Call(t.Context(), queryVM{Conditions: []string{}}, s))
			require.EqualValues(t, 1, s.Pets[0].Concrete().(*dog).Age)
			require.Equal(t, &pet{Name: "a"}, s.Any)
			require.Len(t, rec.requests(), tt.asked)
		})
	}
}

// What the caller's result held before stays where the call fails, and goes where it does
// not.
func TestResultsAreSetWhenAllIsWell(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		body string
		want petPage
	}{
		"a result":            {`{"inventories":[{"name":"b"}]}`, petPage{Inventories: []pet{{Name: "b"}}}},
		"an empty result":     {`{}`, petPage{}},
		"an error":            {`{"inventories":[{"name":"b"}],"error":{"code":"SYS.1006"}}`, petPage{[]pet{{Name: "a"}}, 7}},
		"a value that is odd": {`{"inventories":[{"name":"b"},{"name":1}]}`, petPage{[]pet{{Name: "a"}}, 7}},
		"no JSON":             {`{"inventories":[{"name":"b"}]`, petPage{[]pet{{Name: "a"}}, 7}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			page := petPage{[]pet{{Name: "a"}}, 7}
			_ = clientOf(t, always(200, tt.body)).Call(t.Context(), queryVM{Conditions: []string{}}, &page)
			require.Equal(t, tt.want, page)
		})
	}
}

// A large page whose reply breaks off is asked for again as any read is, and is
// still decoded while it arrives.
func TestLargePagesThatBreakOff(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		end     error
		retries int
		asked   int
	}{
		"an error":                {errors.New("broken"), 2, 4},
		"the connection's end":    {io.EOF, 2, 4},
		"never again":             {errors.New("broken"), 0, 1},
		"more often than retries": {errors.New("broken"), 1, 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				n := 0
				broken := transport(func(r *http.Request) (*http.Response, error) {
					resp, err := petPages(1200, 1200)(r)
					whole, _ := io.ReadAll(resp.Body)
					if n++; n <= 2 {
						whole = whole[:len(whole)/2]
					}
					resp.Body = io.NopCloser(bytes.NewReader(whole))
					if n <= 2 {
						resp.Body = io.NopCloser(io.MultiReader(bytes.NewReader(whole), iotest.ErrReader(tt.end)))
					}
					resp.Close, resp.ContentLength = true, -1
					return resp, err
				})
				var page petPage
				p := zstack.NewPager(clientOf(t, broken, zstack.WithMaxRetries(tt.retries)), queryVM{}, &page, large, zstack.WithoutPrefetch())
				rows := 0
				for p.Next(t.Context()) {
					for _, row := range page.Inventories {
						require.Equal(t, fmt.Sprint(rows), row.Name)
						rows++
					}
				}
				require.Equal(t, tt.asked, n)
				if tt.asked == 4 {
					require.NoError(t, p.Err())
					require.Equal(t, 1200, rows)
				} else {
					require.Error(t, p.Err())
				}
			})
		})
	}
}

// A page whose context ended says nothing about the server: those after it are
// still decoded while they arrive.
func TestAContextThatEndsIsNoUnusualReply(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		asked := 0
		c := clientOf(t, transport(func(r *http.Request) (*http.Response, error) {
			resp, err := petPages(3500, 2500)(r)
			if asked++; asked == 2 { // the second page, under way when the first one's context ends
				resp.Body = io.NopCloser(readerFunc(func([]byte) (int, error) {
					<-r.Context().Done()
					return 0, r.Context().Err()
				}))
			}
			return resp, err
		}))
		var page petPage
		p := zstack.NewPager(c, queryVM{}, &page, large)
		defer p.Close()
		ctx, cancel := context.WithCancel(t.Context())
		require.True(t, p.Next(ctx))
		synctest.Wait()
		cancel()
		synctest.Wait()
		for range 3 {
			require.True(t, p.Next(t.Context()), p.Err())
		}
		require.False(t, p.Next(t.Context()))
		require.NoError(t, p.Err())
		require.Equal(t, 5, asked) // one for each page, one in vain
	})
}

// The timeout is each page's, and not each request's.
func TestTimeoutOfALargePage(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		server transport
		asked  int
	}{
		"a body without end": {func(r *http.Request) (*http.Response, error) {
			resp, err := reply(200, "")
			resp.Body = io.NopCloser(readerFunc(func([]byte) (int, error) {
				<-r.Context().Done()
				return 0, r.Context().Err()
			}))
			return resp, err
		}, 1},
		"a slow server": {func(r *http.Request) (*http.Response, error) {
			select {
			case <-r.Context().Done():
				return nil, r.Context().Err()
			case <-time.After(700 * time.Millisecond):
				return reply(200, petsWithMuch())
			}
		}, 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				rec := record(tt.server)
				p := zstack.NewPager(clientOf(t, rec), queryVM{}, new(petPage), large, zstack.WithTimeout(time.Second))
				began := time.Now()
				require.False(t, p.Next(t.Context()))
				require.ErrorIs(t, p.Err(), context.DeadlineExceeded)
				require.Equal(t, time.Second, time.Since(began))
				require.Len(t, rec.requests(), tt.asked)
			})
		})
	}
}

// The text of a large page is at no time in memory as a whole.
func TestLargePagesAreDecodedWhileTheyArrive(t *testing.T) {
	const rows, much = 640, 100 << 10
	row := `{"name":"a","unknown":"` + strings.Repeat("x", much) + `"},`
	parts := []io.Reader{strings.NewReader(`{"inventories":[`)}
	for range rows {
		parts = append(parts, strings.NewReader(row))
	}
	var before, inUse float64
	parts = append(parts, strings.NewReader(`{}]`), readerFunc(func([]byte) (int, error) {
		inUse = heap()
		return 0, io.EOF
	}), strings.NewReader(`}`))
	c := clientOf(t, transport(func(*http.Request) (*http.Response, error) {
		resp, err := reply(200, "")
		resp.Body, resp.ContentLength = io.NopCloser(io.MultiReader(parts...)), -1
		before = heap()
		return resp, err
	}))
	var page petPage
	p := zstack.NewPager(c, queryVM{}, &page, large)
	require.True(t, p.Next(t.Context()), p.Err())
	require.Len(t, page.Inventories, rows+1)
	require.Less(t, inUse-before, 16.0, "megabytes in use at the end of 64 that arrived")
}

func TestRepliesAreBounded(t *testing.T) {
	t.Parallel()
	const whole = `{"inventories":[{"name":"a"}]}`
	for name, body := range map[string]string{
		"as much as the limit": whole,
		"a space more":         whole + ` `,
		"another one":          whole + whole,
		"a value that is cut":  `{"inventories":[{"name":"aaaaaaaaa"}]}`,
	} {
		for size, options := range map[string][]zstack.CallOption{"usual": nil, "large": {large}} {
			t.Run(name+", "+size, func(t *testing.T) {
				t.Parallel()
				rec := record(always(200, body))
				p := zstack.NewPager(clientOf(t, rec, zstack.WithMaxReplySize(int64(len(whole)))), queryVM{}, new(petPage), options...)
				require.Equal(t, body == whole, p.Next(t.Context()))
				require.Len(t, rec.requests(), 1)
				if body != whole {
					require.ErrorContains(t, p.Err(), "WithMaxReplySize")
				}
			})
		}
	}
}

func TestTheContextEndsALargePage(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	rec := record(transport(func(r *http.Request) (*http.Response, error) {
		resp, err := reply(200, "")
		resp.Body = io.NopCloser(readerFunc(func([]byte) (int, error) {
			cancel()
			return 0, ctx.Err()
		}))
		return resp, err
	}))
	p := zstack.NewPager(clientOf(t, rec), queryVM{}, new(petPage), large)
	require.False(t, p.Next(ctx))
	require.ErrorIs(t, p.Err(), context.Canceled)
	require.Len(t, rec.requests(), 1)
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// A large page is one like any other to the server: it ends the session, which is
// renewed.
func TestLargePagesRenewTheSession(t *testing.T) {
	t.Parallel()
	node := zstacktest.New()
	for i := range 1500 {
		node.Add("VmInstance", map[string]any{"uuid": fmt.Sprintf("%032x", i), "name": "vm", "state": "Running"})
	}
	c := clientOf(t, node, zstack.WithCredentials(zstack.Account("admin", "password")))
	var page queryVMResult
	n := 0
	p := zstack.NewPager(c, queryVM{}, &page, large, zstack.WithoutPrefetch())
	for p.Next(t.Context()) {
		n += len(page.Inventories)
		node.ExpireSessions()
	}
	require.NoError(t, p.Err())
	require.Equal(t, 1500, n)
	require.NoError(t, c.Close(t.Context()))
}
