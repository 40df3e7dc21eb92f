package types_test

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/types"
)

// password is what no test may see printed.
const password = "hunter2"

// holder has a secret in every way that a struct can.
type holder struct {
	Secret  types.Secret
	Pointer *types.Secret
	List    []types.Secret
	Map     map[string]types.Secret
	URL     types.SecretURL
	URLs    []types.SecretURL
	Tag     types.SystemTag
	Any     any
	Nested  struct{ Secret *types.Secret }
}

func full() holder {
	h := holder{
		Secret: password, Pointer: new(types.Secret(password)), List: []types.Secret{password},
		Map: map[string]types.Secret{"k": password}, URL: "sftp://up:" + password + "@host/x", URLs: []types.SecretURL{"root:" + password + "@host"},
		Tag: "consolePassword::" + password, Any: types.Secret(password),
	}
	h.Nested.Secret = h.Pointer
	return h
}

func TestASecretNeverShows(t *testing.T) {
	t.Parallel()
	h := full()
	verbs := []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%t", "%08.3f", "%20s", "%.2s"}
	for _, v := range []any{h, &h, []holder{h}, map[string]*holder{"h": &h}, h.Secret, h.Pointer, h.List, h.Map, h.URL, h.URLs, h.Tag, any(h.Any), struct{ H any }{h}} {
		t.Run(fmt.Sprintf("%T", v), func(t *testing.T) {
			t.Parallel()
			verbs, shown := verbs, new(strings.Builder)
			if _, inside := v.(map[string]*holder); inside {
				verbs = verbs[:3] // package fmt takes others for a mistake, and prints what is behind it
			}
			for _, verb := range verbs {
				fmt.Fprintf(shown, verb+"\n", v)
			}
			fmt.Fprintf(shown, strings.Repeat("extra", 1), v)
			fmt.Fprintln(shown, v, fmt.Errorf("error: %v", v))
			slog.New(slog.NewTextHandler(shown, nil)).Info("text", "v", v)
			slog.New(slog.NewJSONHandler(shown, nil)).Info("json", "v", v)
			data, err := json.Marshal(v)
			require.NoError(t, err)
			shown.Write(data)
			for _, written := range []string{password, fmt.Sprintf("%x", password), fmt.Sprintf("%X", password)} {
				require.NotContains(t, shown.String(), written)
			}
		})
	}
}

func TestHowASecretShows(t *testing.T) {
	t.Parallel()
	require.Equal(t, `*** *** "***" types.Secret("***")`, fmt.Sprintf("%v %s %q %#v", types.Secret(password), types.Secret(password), types.Secret(password), types.Secret(password)))
	require.Equal(t, "|      ***|***   |", fmt.Sprintf("|%9s|%-6v|", types.Secret(password), types.Secret(password)))
	require.Equal(t, "sftp://up:***@host/x root:***@10.0.0.1 10.0.0.2:/nfs/a@b", fmt.Sprint(types.SecretURL("sftp://up:pw1@host/x"), " ", types.SecretURL("root:pw1@10.0.0.1"), " ", types.SecretURL("10.0.0.2:/nfs/a@b")))
	require.Equal(t, "hostname::web userdata::***", fmt.Sprint(types.SystemTag("hostname::web"), " ", types.SystemTag("userdata::aGk=")))
	require.Equal(t, `types.SecretURL("root:***@h")`, types.SecretURL("root:pw1@h").GoString())
	require.Empty(t, fmt.Sprint(types.Secret("")))
	require.Equal(t, password, string(types.Secret(password)))
}

func TestASecretInXML(t *testing.T) {
	t.Parallel()
	data, err := xml.Marshal(struct {
		XMLName xml.Name `xml:"x"`
		A       types.Secret
		B       types.SecretURL
		C       types.SystemTag
	}{A: password, B: "root:" + password + "@h", C: "userdata::" + password})
	require.NoError(t, err)
	require.Equal(t, "<x><A>***</A><B>root:***@h</B><C>userdata::***</C></x>", string(data))
	var into struct{ A types.Secret }
	require.ErrorContains(t, xml.Unmarshal(data, &into), "written in place of a secret")
}

func TestReadingASecret(t *testing.T) {
	t.Parallel()
	type all struct {
		S types.Secret
		U types.SecretURL
		T types.SystemTag
		P *types.Secret
	}
	for _, tt := range []struct {
		name, data string
		want       all
		err        string
	}{
		{"values", `{"S":"a\u0062","U":"root:pw1@h","T":"userdata::x","P":"p"}`, all{"ab", "root:pw1@h", "userdata::x", new(types.Secret("p"))}, ""},
		{"null", `{"S":null,"P":null}`, all{}, ""},
		{"empty", `{"S":"","U":"","T":""}`, all{}, ""},
		{"nothing secret", `{"U":"http://h/***","T":"hostname::***"}`, all{U: "http://h/***", T: "hostname::***"}, ""},
		{"masked secret", `{"S":"***"}`, all{}, "written in place of a secret"},
		{"masked address", `{"U":"root:***@h"}`, all{}, "written in place of a secret"},
		{"masked signature", `{"U":"http://h/?sig=***"}`, all{}, "written in place of a secret"},
		{"masked tag", `{"T":"userdata::***"}`, all{}, "written in place of a secret"},
		{"number", `{"S":4711}`, all{}, "has to be a string"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var got all
			err := json.Unmarshal([]byte(tt.data), &got)
			if tt.err != "" {
				require.ErrorContains(t, err, tt.err)
				require.NotContains(t, err.Error(), "4711")
				return
			}
			require.NoError(t, err)
			require.Equal(t, tt.want, got)
		})
	}
}
