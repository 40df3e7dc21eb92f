package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/zstack-go/zstack-go/zstack"
)

// A truth is what there is of one kind.
type truth struct {
	byName map[string]int    // how many of each name
	names  map[string]string // by uuid
}

// wrong finds creations whose result is not what was created.
func (t *truth) wrong(creations []result) (problems []string) {
	for _, r := range creations {
		if r.uuid != "" && t.names[r.uuid] != r.name {
			problems = append(problems, fmt.Sprintf("%s was reported as %s, which is %q", r.name, r.uuid, t.names[r.uuid]))
		}
	}
	return problems
}

// there asks the node, without the SDK and the network, what there is under a path.
func (s *stage) there(path string) (*truth, error) {
	var login struct {
		Inventory struct {
			UUID string `json:"uuid"`
		} `json:"inventory"`
	}
	body := fmt.Sprintf(`{"logInByAccount":{"accountName":"admin","password":%q}}`, string(zstack.HashPassword("password")))
	if err := s.ask(http.MethodPut, "/accounts/login", "", body, &login); err != nil {
		return nil, err
	}
	var found struct {
		Inventories []struct {
			UUID string `json:"uuid"`
			Name string `json:"name"`
		} `json:"inventories"`
	}
	if err := s.ask(http.MethodGet, path+"?limit=10000000", login.Inventory.UUID, "", &found); err != nil {
		return nil, err
	}
	t := &truth{byName: make(map[string]int), names: make(map[string]string)}
	for _, row := range found.Inventories {
		t.byName[row.Name]++
		t.names[row.UUID] = row.Name
	}
	return t, nil
}

// ask sends a request straight to the node.
func (s *stage) ask(method, path, session, body string, result any) error {
	req, err := http.NewRequest(method, s.node.URL+"/zstack/v1"+path, strings.NewReader(body))
	if err != nil {
		return err
	}
	if session != "" {
		req.Header.Set("Authorization", "OAuth "+session)
	}
	resp, err := (&http.Client{Transport: s.node.Node}).Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("asking the node for %s: %s: %s", path, resp.Status, data)
	}
	return json.Unmarshal(data, result)
}
