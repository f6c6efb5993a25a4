import { type Kysely, sql } from 'kysely'

/**
 * Which addresses are known to belong to the owner of their account, and what makes a link: it is worth no more than
 * its maker. Links whose maker is not known end.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('users')
    .addColumn('email_verified', 'integer', (c) => c.notNull().defaultTo(0))
    .execute()
  // An open link let its user write any address; the audit trail has the addresses that an admin named.
  await sql`
    update users set email_verified = 1
    where password_hash is null
      or id in (select user_id from identities)
      or email in (select lower(target) from audit where action in ('invite.create', 'account.set-up'))
  `.execute(db)
  await db.schema
    .createTable('links')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('hash', 'text', (c) => c.notNull().unique())
    .addColumn('email', 'text')
    .addColumn('role', 'text', (c) => c.notNull())
    .addColumn('user_id', 'text', (c) => c.references('users.id').onDelete('cascade'))
    .addColumn('created_by', 'text', (c) => c.references('users.id').onDelete('cascade'))
    .addColumn('created_with', 'text')
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('expires_at', 'bigint', (c) => c.notNull())
    .execute()
  await sql`
    insert into links (id, hash, email, role, user_id, created_by, created_at, expires_at)
    select id, hash, email, role, user_id, created_by, created_at, expires_at
    from invites where created_by is not null
  `.execute(db)
  await db.schema.dropTable('invites').execute()
  await db.schema.alterTable('links').renameTo('invites').execute()
}
