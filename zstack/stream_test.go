package zstack_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/iotest"
	"testing/synctest"

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

// A server's reply to a large page must mean what it means to a Call, whether it
// can be decoded while it arrives or has to be asked for once more.
func TestLargePagesMeanWhatOthersDo(t *testing.T) {
	t.Parallel()
	rows := `{"inventories":[{"name":"a","friend":{"name":"b"},"toy":{"name":"c"}},{"name":"d","friends":[{},{"name":"e","age":7}]}],"total":9`
	for name, tt := range map[string]struct {
		body     string
		requests int
	}{
		"no schema":              {rows + `}`, 1},
		"no rows":                {`{"inventories":[]}`, 1},
		"a schema of no subtype": {rows + `,"schema":{"inventories[0]":"test.Pet","inventories[1].friends[1]":"test.Cat","inventories[7]":"test.Dog"}}`, 1},
		"a null error":           {rows + `,"error":null}`, 1},
		"unknown members":        {`{"success":true,"list":[{}],` + rows[1:] + `}`, 1},
		"a subtype":              {rows + `,"schema":{"inventories[1]":"test.Dog"}}`, 2},
		"a subtype inside":       {rows + `,"schema":{"inventories[1].friends[1]":"test.Dog"}}`, 2},
		"an any":                 {rows + `,"schema":{"inventories[0].toy":"test.Pet"}}`, 2},
		"a member of a subtype":  {rows + `,"schema":{"inventories[0].bone":"test.Pet","inventories[0]":"test.Dog"}}`, 2},
		"a schema in front":      {`{"schema":{"inventories[1]":"test.Dog"},` + rows[1:] + `}`, 2},
		"an error":               {rows + `,"error":{"code":"SYS.1006","description":"no"}}`, 2},
		"a value of wrong kind":  {`{"inventories":[{},{"friend":{"name":1}}]}`, 2},
		"no list":                {`{"inventories":{}}`, 2},
		"null":                   {`{"inventories":null}`, 1},
		"nothing":                {`{}`, 1},
		"cut":                    {rows, 2},
		"text after it":          {rows + `}x`, 2},
		"HTML":                   {`<html>`, 2},
		"empty":                  {``, 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var want, page petPage
			wantErr := clientOf(t, always(200, tt.body)).Call(t.Context(), queryVM{Conditions: []string{}}, &want)
			rec := record(always(200, tt.body))
			p := zstack.NewPager(clientOf(t, rec), queryVM{}, &page, large)
			p.Next(t.Context())
			require.Len(t, rec.requests(), tt.requests)
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

// Where one large page has to be asked for again, those after it are read as others
// are from the start.
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
	require.Len(t, rec.requests(), 5)
}

// A large page whose reply breaks off is asked for again, and then as often as any
// read is.
func TestLargePagesThatBreakOff(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n := 0
		broken := transport(func(r *http.Request) (*http.Response, error) {
			resp, err := petPages(1200, 1200)(r)
			if n++; n <= 2 {
				whole, _ := io.ReadAll(resp.Body)
				resp.Body = io.NopCloser(io.MultiReader(strings.NewReader(string(whole[:len(whole)/2])), iotest.ErrReader(errors.New("broken"))))
			}
			return resp, err
		})
		var page petPage
		p := zstack.NewPager(clientOf(t, broken), queryVM{}, &page, large)
		require.True(t, p.Next(t.Context()), p.Err())
		require.Len(t, page.Inventories, 1000)
		require.Equal(t, "0", page.Inventories[0].Name)
		require.True(t, p.Next(t.Context()), p.Err())
		require.Len(t, page.Inventories, 200)
		require.Equal(t, 4, n)
	})
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

func TestLargePagesAreBounded(t *testing.T) {
	t.Parallel()
	p := zstack.NewPager(clientOf(t, petPages(1000, 1000), zstack.WithMaxReplySize(5000)), queryVM{}, new(petPage), large)
	require.False(t, p.Next(t.Context()))
	require.ErrorContains(t, p.Err(), "WithMaxReplySize")
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
