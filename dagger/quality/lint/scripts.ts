import { excludedRules } from "../../delivery/migrations/locks.ts"

/** Each migration by itself: a table that an earlier one has made is in use. */
export const judgeSql = `folder=$(mktemp -d) && trap 'rm -r "$folder"' EXIT &&
  { PYTHONPATH=.:../common alembic upgrade head --sql >"$folder/all" 2>"$folder/said" || { cat "$folder/said"; exit 1; }; } &&
  cd "$folder" && awk '/^(BEGIN|COMMIT);$/ { next } /^-- Running upgrade/ { file = $NF ".sql" } file { print > file }' all &&
  squawk --reporter gcc --pg-version 17.0 --assume-in-transaction --exclude ${excludedRules.join()} *.sql`
export const auditLock = `uv export --quiet --frozen --all-packages --no-emit-workspace |
  pip-audit --requirement /dev/stdin --disable-pip --no-deps --progress-spinner=off --format=json`
/** Providers come from a folder where TF_PLUGIN_DIR names one; what it downloads is kept out of the working copy. */
export const initAndValidate = `export TF_DATA_DIR=$(mktemp -d) && trap 'rm -rf "$TF_DATA_DIR"' EXIT &&
  terraform init -backend=false -input=false -lockfile=readonly -no-color \${TF_PLUGIN_DIR:+-plugin-dir="$TF_PLUGIN_DIR"} >"$TF_DATA_DIR/init" 2>&1 ||
  { echo "terraform init failed, so nothing was validated:"; cat "$TF_DATA_DIR/init"; exit 1; }
  terraform validate -no-color`
